// Narrows the list of the search page as one types; without this script the list stands whole.
(function () {
  "use strict";
  var form = document.querySelector("[data-search]");
  if (!form) return;
  var field = form.querySelector("input");
  var count = document.getElementById("count");
  var list = document.getElementById("found");
  var rows = Array.prototype.slice.call(list.children);
  function fold(text) { return text.toLowerCase().replace(/ё/g, "е").replace(/ў/g, "у"); }
  var words = rows.map(function (row) { return fold(row.getAttribute("data-words")); });
  function narrow() {
    var asked = fold(field.value).split(/\s+/).filter(Boolean);
    var found = 0;
    rows.forEach(function (row, i) {
      var fits = asked.every(function (word) { return words[i].indexOf(word) >= 0; });
      row.hidden = !fits;
      if (fits) found += 1;
    });
    count.textContent = found ? list.getAttribute("data-found") + " " + found : list.getAttribute("data-none");
  }
  form.hidden = false;
  form.addEventListener("submit", function (event) { event.preventDefault(); });
  field.addEventListener("input", narrow);
  var asked = new URLSearchParams(location.search).get("q");
  if (asked) { field.value = asked; }
  narrow();
}());
