"use strict";
// Narrowing, arranging, copying. The page is whole without this; nothing here makes markup out of text.
(() => {
  const form = document.getElementById("filter");
  const rows = [...document.querySelectorAll("[data-verdict]")];
  const tree = document.getElementById("tree");
  const shown = document.getElementById("shown");
  const texts = new Map();
  const opened = new Set();

  const text = (row) => {
    if (!texts.has(row)) texts.set(row, row.textContent.toLowerCase());
    return texts.get(row);
  };

  const wanted = () => {
    const chosen = new Map();
    for (const box of form.querySelectorAll("input:checked")) {
      chosen.set(box.name, [...(chosen.get(box.name) || []), box.value]);
    }
    const words = form.elements.text.value.toLowerCase().split(/\s+/).filter(Boolean);
    return { chosen: [...chosen], words };
  };

  const keeps = (row, { chosen, words }) =>
    chosen.every(([name, values]) => (row.dataset[name] || "").split(" ").some((value) => values.includes(value))) &&
    words.every((word) => text(row).includes(word));

  const branches = () => [...document.querySelectorAll(".branch")];

  const narrow = () => {
    const wish = wanted();
    const narrowed = wish.chosen.length + wish.words.length > 0;
    let count = 0;
    for (const row of rows) {
      const kept = !narrowed || keeps(row, wish);
      row.toggleAttribute("data-out", !kept);
      count += kept;
    }
    for (const branch of branches()) {
      const kept = branch.querySelector("[data-verdict]:not([data-out])") !== null;
      branch.toggleAttribute("data-out", !kept);
      if (narrowed && kept && count <= 400 && !branch.open) {
        branch.open = true;
        opened.add(branch);
      } else if (!narrowed && opened.delete(branch)) {
        branch.open = false;
      }
    }
    shown.textContent = `${count.toLocaleString("en")} of ${rows.length.toLocaleString("en")} shown`;
  };

  // A link to a requirement must find it, whatever is folded or filtered away.
  const reveal = () => {
    let name = location.hash.slice(1);
    try { name = decodeURIComponent(name); } catch { return; }
    const goal = name && document.getElementById(name);
    if (!goal) return;
    if (form && goal.closest("[data-out]")) { form.reset(); narrow(); }
    for (let up = goal; up; up = up.parentElement) if (up.tagName === "DETAILS") up.open = true;
    goal.querySelector(":scope > details")?.setAttribute("open", "");
    goal.scrollIntoView({ block: "nearest" });
  };

  const arrange = (by) => {
    for (const row of rows) homes.get(row).append(row);
    tree.querySelector(":scope > .arranged")?.remove();
    for (const level of levels) level.hidden = by !== "level";
    if (by === "level") return;
    const frame = document.createElement("div");
    frame.className = "arranged";
    const ranks = [...form.elements[by] || []].map((box) => [box.value, []]);
    const groups = new Map(ranks);
    for (const row of rows) {
      if (!groups.has(row.dataset[by])) groups.set(row.dataset[by], []);
      groups.get(row.dataset[by]).push(row);
    }
    for (const [name, members] of groups) {
      if (!members.length) continue;
      const branch = document.createElement("details");
      const title = document.createElement("summary");
      const list = document.createElement("ul");
      const failed = members.filter((row) => ["failed", "errored"].includes(row.dataset.verdict)).length;
      branch.className = "branch level";
      title.textContent = `${name.replaceAll("_", " ")}  (${members.length}${failed ? `, ${failed} failed` : ""})`;
      list.append(...members);
      branch.append(title, list);
      frame.append(branch);
    }
    tree.append(frame);
  };
  const homes = new Map(rows.map((row) => [row, row.parentElement]));
  const levels = tree ? [...tree.querySelectorAll(":scope > .level")] : [];

  if (form && shown) {
    form.hidden = false;
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("input", narrow);
    form.addEventListener("reset", () => setTimeout(() => {
      if (form.elements.arrange) arrange("level");
      narrow();
    }));
    form.elements.arrange?.addEventListener("change", (event) => { arrange(event.target.value); narrow(); });
    form.elements.text.addEventListener("keydown", (event) => {
      const first = event.key === "ArrowDown" && steps()[0];
      if (first) { event.preventDefault(); first.focus(); }
    });
    narrow();
  }

  // Inside the tree the arrows move, open and close, as in other trees. They do nothing elsewhere.
  const steps = () => (tree ? [...tree.querySelectorAll("summary")].filter((step) => step.checkVisibility()) : []);
  tree?.addEventListener("keydown", (event) => {
    const here = event.target;
    if (here.tagName !== "SUMMARY") return;
    const move = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (move) {
      const all = steps();
      (all[all.indexOf(here) + move] || (move < 0 ? form.elements.text : here)).focus();
    } else if (event.key === "ArrowRight") here.parentElement.open = true;
    else if (event.key === "ArrowLeft") here.parentElement.open = false;
    else return;
    event.preventDefault();
  });

  for (const link of document.querySelectorAll("[data-show]")) {
    link.addEventListener("click", () => {
      form.reset();
      for (const [name, value] of new URLSearchParams(link.dataset.show)) {
        for (const box of form.querySelectorAll("input")) if (box.name === name && box.value === value) box.checked = true;
      }
    });
  }

  for (const command of document.querySelectorAll("pre.command")) {
    const line = command.textContent;
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = "Copy";
    button.setAttribute("aria-label", `Copy ${line}`);
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(line);
        button.textContent = "Copied";
      } catch {
        getSelection().selectAllChildren(command);
        button.textContent = "Selected";
      }
      setTimeout(() => { button.textContent = "Copy"; }, 1500);
    });
    command.append(button);
  }

  // Browsers that cannot show the content of a closed element on paper get it opened.
  const folded = () => [...document.querySelectorAll("#failures details:not([open])")];
  let unfolded = [];
  addEventListener("beforeprint", () => { unfolded = folded(); for (const part of unfolded) part.open = true; });
  addEventListener("afterprint", () => { for (const part of unfolded) part.open = false; });
  addEventListener("hashchange", reveal);
  reveal();
})();
