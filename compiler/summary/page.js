"use strict";
// Tables of lines: sorted by a click or Enter on a heading, searched by what a row says. Without this the page is whole.
for (const table of document.querySelectorAll("table.lines")) {
  const body = table.tBodies[0];
  const rows = Array.from(body.rows).filter((row) => !row.classList.contains("total"));
  const total = Array.from(body.rows).filter((row) => row.classList.contains("total"));
  const words = (row, column) => row.cells[column].textContent.trim();
  const numeric = (text) => (/^-?[\d,]+(\.\d+)?%?$/.test(text) ? Number(text.replace(/[,%]/g, "")) : NaN);
  const collator = new Intl.Collator("zh-Hans-CN", { numeric: true });
  const heads = Array.from(table.tHead.rows[0].cells);

  const sort = (column, sign) => {
    const keyed = rows.map((row, index) => ({ row, index, text: words(row, column), value: numeric(words(row, column)) }));
    keyed.sort((a, b) => {
      const none = (a.text === "" || a.text === "—") - (b.text === "" || b.text === "—");
      if (none) return none; // what is not there stands last, whichever way
      const both = !Number.isNaN(a.value) && !Number.isNaN(b.value);
      return sign * (both ? a.value - b.value : collator.compare(a.text, b.text)) || a.index - b.index;
    });
    body.append(...keyed.map((each) => each.row), ...total);
  };

  heads.forEach((head, column) => {
    // Not a button: Chromium leaves it out where it repeats the head on the next sheet of paper.
    const button = document.createElement("span");
    button.setAttribute("role", "button");
    button.tabIndex = 0;
    button.append(...head.childNodes);
    head.append(button);
    head.setAttribute("aria-sort", "none");
    button.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      button.click();
    });
    button.addEventListener("click", () => {
      const number = rows.some((row) => !Number.isNaN(numeric(words(row, column))));
      const now = head.getAttribute("aria-sort");
      // Of numbers the largest come first: that is what one looks for.
      const first = number ? "descending" : "ascending";
      const next = now === "none" ? first : now === "ascending" ? "descending" : "ascending";
      for (const other of heads) other.setAttribute("aria-sort", "none");
      head.setAttribute("aria-sort", next);
      sort(column, next === "ascending" ? 1 : -1);
    });
  });

  if (rows.length > 15) {
    const box = document.createElement("div");
    const label = document.createElement("label");
    const input = document.createElement("input");
    const told = document.createElement("span");
    box.className = "search";
    input.type = "search";
    label.append("找：", input);
    told.setAttribute("role", "status");
    box.append(label, told);
    (table.closest(".wide") || table).before(box);
    const texts = new Map(rows.map((row) => [row, row.textContent]));
    input.addEventListener("input", () => {
      const wanted = input.value.trim();
      let count = 0;
      for (const row of rows) {
        row.hidden = !texts.get(row).includes(wanted);
        count += !row.hidden;
      }
      told.textContent = wanted ? `${count} 份；合计仍是全部的` : "";
    });
  }
}
