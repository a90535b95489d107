// Sorting, filtering and search in the browser. A classic script: pages opened from a folder may not load modules.
(function () {
  "use strict";

  var LEAST_ROWS_TO_FILTER = 6, MOST_FOUND = 100;
  var words = new Intl.Collator("en-GB", { numeric: true, sensitivity: "base" });
  var root = document.querySelector(".nhsuk-header__service-name").getAttribute("href").replace(/index\.html$/, "");

  function make(name, attributes, text) {
    var element = document.createElement(name);
    Object.keys(attributes || {}).forEach(function (key) { element.setAttribute(key, attributes[key]); });
    if (text !== undefined) element.textContent = text;
    return element;
  }

  function sayEdition() {
    var edition = window.monitorEdition, place = document.querySelector("[data-edition]");
    if (!edition || !edition.asOf || !place) return;
    place.textContent = "As of " + edition.asOf + ", checked on " + edition.checkedAt + " (London).";
  }

  // The days since a due date, up to the day of the edition: a page is not written anew because a day has passed.
  function countDays() {
    var edition = window.monitorEdition, day = 86400000;
    if (!edition || !edition.on) return;
    document.querySelectorAll("[data-from]").forEach(function (cell) {
      var days = Math.round((Date.parse(edition.on) - Date.parse(cell.getAttribute("data-from"))) / day);
      cell.textContent = days.toLocaleString("en-GB");
      if (cell.hasAttribute("data-v")) cell.setAttribute("data-v", days);
    });
  }

  function valueOf(row, column) {
    var cell = row.cells[column], own = cell.getAttribute("data-v");
    return own === null ? (cell.querySelector(".nhsuk-table__heading + span") || cell).textContent.trim() : own;
  }

  function compare(one, other) {
    if (one === "" || other === "") return (one === "") - (other === "");
    if (!isNaN(one) && !isNaN(other)) return one - other;
    return words.compare(one, other);
  }

  function sortBy(table, column, heading) {
    var goesUp = heading.getAttribute("aria-sort") !== "ascending";
    Array.from(table.tHead.rows[0].cells).forEach(function (one) { one.removeAttribute("aria-sort"); });
    heading.setAttribute("aria-sort", goesUp ? "ascending" : "descending");
    var body = table.tBodies[0];
    var rows = Array.from(body.rows).map(function (row, place) { return [valueOf(row, column), place, row]; });
    rows.sort(function (a, b) { return (goesUp ? 1 : -1) * compare(a[0], b[0]) || a[1] - b[1]; });
    rows.forEach(function (row) { body.appendChild(row[2]); });
  }

  function addSorting(table) {
    Array.from(table.tHead.rows[0].cells).forEach(function (heading, column) {
      var button = make("button", { type: "button", "class": "nhsuk-link" }, heading.textContent);
      heading.textContent = "";
      heading.setAttribute("data-sort", "");
      heading.appendChild(button);
      button.addEventListener("click", function () { sortBy(table, column, heading); });
    });
  }

  // A table that has no room becomes a list of cards on a phone, each cell with its heading, as NHS.UK frontend lays them
  // out; on a desk it is set more tightly, and if need be scrolls. Heat maps keep their first column in view.
  var PHONE = 641, DESK = 769;
  var ROLES = { THEAD: "rowgroup", TBODY: "rowgroup", TR: "row", TD: "cell" };

  // What stands in a cell beside its heading is one thing, so that the heading is at the left and it at the right.
  function nameCell(cell, heading) {
    var value = make("span");
    while (cell.firstChild) value.appendChild(cell.firstChild);
    cell.appendChild(make("span", { "class": "nhsuk-table__heading", "aria-hidden": "true" }, heading));
    cell.appendChild(value);
  }

  function nameCells(table) {
    var headings = Array.from(table.tHead.rows[0].cells).map(function (one) { return one.textContent; });
    Array.from(table.tBodies[0].rows).forEach(function (row) {
      Array.from(row.cells).forEach(function (cell, place) {
        if (place && (cell.textContent.trim() || cell.firstElementChild)) nameCell(cell, headings[place]);
      });
    });
    // What is laid out as blocks is a table no longer for some readers of screens, unless it says so.
    table.setAttribute("role", "table");
    table.setAttribute("aria-label", table.caption.textContent);
    table.querySelectorAll("thead, tbody, tr, th, td").forEach(function (one) {
      one.setAttribute("role", ROLES[one.tagName] || (one.closest("thead") ? "columnheader" : "rowheader"));
    });
    table.isNamed = true;
  }

  function fitTable(table) {
    var region = table.parentNode;
    var isWide = function () { return region.scrollWidth > region.clientWidth; };
    table.classList.remove("nhsuk-table--responsive", "tight");
    if (window.innerWidth >= PHONE) {
      if (!isWide()) return;
      table.classList.add("tight");
      if (window.innerWidth >= DESK || !isWide()) return;
      table.classList.remove("tight");
    }
    if (!table.isNamed) nameCells(table);
    table.classList.add("nhsuk-table--responsive");
  }

  function fitTables() {
    document.querySelectorAll(".nhsuk-table").forEach(fitTable);
    document.querySelectorAll(".nhsuk-scroll__content, .chart").forEach(showEnds);
  }

  // What scrolls is stopped at by the keyboard, and a shadow at its end says that there is more.
  function showEnds(region) {
    var hidden = region.scrollWidth - region.clientWidth, frame = region.parentNode.classList;
    if (hidden > 0) region.setAttribute("tabindex", "0");
    else region.removeAttribute("tabindex");
    if (!frame.contains("nhsuk-scroll")) return;
    frame.toggle("nhsuk-scroll--scrollable", hidden > 0);
    frame.toggle("nhsuk-scroll--scrollable-left", region.scrollLeft > 0);
    frame.toggle("nhsuk-scroll--scrollable-right", region.scrollLeft < hidden - 1);
  }

  function addFilter(region, table, number) {
    var rows = Array.from(table.tBodies[0].rows);
    if (rows.length < LEAST_ROWS_TO_FILTER) return;
    var texts = rows.map(function (row) { return row.textContent.toLowerCase(); });
    var bar = make("div", { "class": "nhsuk-form-group filter" });
    var label = make("label", { "class": "nhsuk-label", "for": "filter-" + number }, "Filter");
    label.appendChild(make("span", { "class": "nhsuk-u-visually-hidden" }, ": " + table.caption.textContent));
    var input = make("input", { "class": "nhsuk-input", type: "search", id: "filter-" + number, autocomplete: "off" });
    var said = make("span", { "class": "nhsuk-hint", role: "status" });
    input.addEventListener("input", function () {
      var wanted = input.value.toLowerCase().split(/\s+/).filter(Boolean), shown = 0;
      rows.forEach(function (row, place) {
        var fits = wanted.every(function (word) { return texts[place].includes(word); });
        row.hidden = !fits;
        shown += fits;
      });
      said.textContent = wanted.length ? shown + " of " + rows.length + " rows" : "";
    });
    [label, input, said].forEach(function (part) { bar.appendChild(part); });
    region.parentNode.insertBefore(bar, region);
  }

  function showFound(wanted) {
    var list = document.getElementById("found"), said = document.getElementById("found-count");
    var parts = wanted.toLowerCase().split(/\s+/).filter(Boolean);
    list.textContent = "";
    if (!parts.length) { said.textContent = window.monitorOrganisations.length + " organisations"; return; }
    var found = window.monitorOrganisations.filter(function (one) {
      var text = one.slice(0, 5).join(" ").toLowerCase();
      return parts.every(function (part) { return text.includes(part); });
    });
    said.textContent = found.length + (found.length === 1 ? " organisation" : " organisations") +
      (found.length > MOST_FOUND ? ", the first " + MOST_FOUND + " shown" : "");
    found.slice(0, MOST_FOUND).forEach(function (one) {
      var item = make("li"), page = one[5] || "organisations/" + one[0] + ".html";
      item.appendChild(make("a", { href: root + page }, (one[1] || one[0]) + " (" + one[0] + ")"));
      item.appendChild(make("span", { "class": "count" }, " " + one.slice(2, 5).filter(Boolean).join(", ")));
      list.appendChild(item);
    });
  }

  function addSearch() {
    var input = document.getElementById("find");
    if (!input || !window.monitorOrganisations) return;
    input.value = new URLSearchParams(window.location.search).get("q") || "";
    input.addEventListener("input", function () { showFound(input.value); });
    input.form.addEventListener("submit", function (event) { event.preventDefault(); showFound(input.value); });
    showFound(input.value);
  }

  function addChoiceOf(form, name) {
    var group = make("div", { "class": "nhsuk-form-group" });
    var select = make("select", { "class": "nhsuk-select", id: "choose-" + name.toLowerCase() });
    group.appendChild(make("label", { "class": "nhsuk-label", "for": select.id }, name));
    group.appendChild(select);
    form.appendChild(group);
    return select;
  }

  // A list has a page for each period; the period of this page has no link in it.
  function showPeriods(select, list) {
    select.textContent = "";
    Array.from(list.children).forEach(function (item) {
      var page = item.querySelector("a"), option = make("option", {}, item.textContent.trim());
      option.value = page ? page.href : "";
      option.selected = !page;
      select.appendChild(option);
    });
  }

  // Lists of periods, one a return, become a choice with a button. Without scripts the lists stay.
  function addChoice(place) {
    var lists = Array.from(place.querySelectorAll(".periods"));
    var form = make("form", { "class": "choose" });
    if (!lists.length) return;
    if (lists.length > 1) {
      var ofReturn = addChoiceOf(form, "Return");
      lists.forEach(function (list) {
        ofReturn.appendChild(make("option", {}, list.closest("details").querySelector("summary").textContent.trim()));
      });
      ofReturn.addEventListener("change", function () { showPeriods(period, lists[ofReturn.selectedIndex]); });
    }
    var period = addChoiceOf(form, "Period");
    showPeriods(period, lists[0]);
    form.appendChild(make("button", { "class": "nhsuk-button nhsuk-button--small", type: "submit" }, "Show"));
    form.addEventListener("submit", function (event) {
      event.preventDefault();
      if (period.value) window.location.href = period.value;
    });
    place.parentNode.replaceChild(form, place);
  }

  sayEdition();
  countDays();
  document.querySelectorAll("[data-choose]").forEach(addChoice);
  document.querySelectorAll("[data-sorted]").forEach(function (region, number) {
    var table = region.querySelector("table");
    addSorting(table);
    addFilter(region, table, number);
  });
  addSearch();
  fitTables();
  document.querySelectorAll(".nhsuk-scroll__content").forEach(function (region) {
    region.addEventListener("scroll", function () { showEnds(region); });
  });
  window.addEventListener("resize", fitTables);
  // In a closed <details> nothing has a width: look again when it is opened.
  document.addEventListener("toggle", fitTables, true);
})();
