"use strict";
(() => {
  const table = document.querySelector("table.index");
  if (!table) return;
  const body = table.tBodies[0];
  const rows = Array.from(body.rows);
  const box = document.querySelector(".search");
  const input = box.querySelector("input");
  const told = box.querySelector("output");
  const heads = Array.from(table.tHead.rows[0].cells);

  const key = (row, column) => row.cells[column].dataset.sort ?? row.cells[column].textContent;
  const compare = (a, b, sign) => {
    if (a === "" || b === "") return (a === "") - (b === ""); // what has no value comes last
    const numbers = [Number(a), Number(b)];
    return sign * (numbers.some(Number.isNaN) ? a.localeCompare(b, "en", { numeric: true }) : numbers[0] - numbers[1]);
  };
  const sort = (column, down) => {
    heads.forEach((head, i) => (i === column ? head.setAttribute("aria-sort", down ? "descending" : "ascending") : head.removeAttribute("aria-sort")));
    rows.sort((a, b) => compare(key(a, column), key(b, column), down ? -1 : 1));
    body.append(...rows);
  };
  heads.forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = head.textContent;
    button.addEventListener("click", () => sort(column, head.getAttribute("aria-sort") === "ascending"));
    head.replaceChildren(button);
  });

  const search = () => {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const row of rows) {
      const text = row.textContent.toLowerCase();
      const hit = words.every((word) => text.includes(word));
      row.hidden = !hit;
      document.getElementById(row.dataset.section).closest("details").hidden = !hit;
      shown += hit;
    }
    told.textContent = words.length ? `${shown} of ${rows.length}` : "";
  };
  const fromAddress = () => {
    const asked = new URLSearchParams(location.hash.slice(1).replaceAll("+", "%2B"));
    if (asked.has("search")) {
      input.value = asked.get("search");
      search();
    }
    const column = heads.findIndex((head) => head.dataset.name === asked.get("sort"));
    if (column >= 0) sort(column, asked.has("down"));
    const place = document.getElementById(location.hash.slice(1));
    if (place) {
      place.closest("details").open = true;
      place.scrollIntoView();
    }
  };
  box.hidden = false;
  input.addEventListener("input", search);
  window.addEventListener("hashchange", fromAddress);
  window.addEventListener("beforeprint", () => document.querySelectorAll("details.certificate").forEach((part) => (part.open = true)));
  fromAddress();
})();
