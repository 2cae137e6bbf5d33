/* On a meeting's form: proposes from the offices on record for whom somebody takes part and with which title, and
   hands what was typed into a field's search to the form of a new record behind its “+”. */
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  const $ = django.jQuery;
  const address = document.getElementById("desk-offices")?.dataset.address;
  const field = (row, name) => row.querySelector(`[name$="-${name}"]`);
  const rows = () => [...document.querySelectorAll("#participations-group tr.form-row:not(.empty-form)")].filter(
    (row) => field(row, "official"),
  );
  const date = (name) => document.getElementById(`id_${name}`)?.value.trim() ?? "";
  let proposals = {};

  function warn(row, words) {
    const cell = field(row, "capacity").parentElement;
    let told = cell.querySelector(".desk-warning");
    if (!told) {
      told = document.createElement("p");
      told.className = "desk-warning";
      told.setAttribute("role", "status");
      cell.append(told);
    }
    told.textContent = words;
  }

  function proposeParty(party, offices) {
    const known = new Set(offices.map((office) => office.party));
    const isFree = !party.value || party.value === party.dataset.proposed;
    if (!isFree || known.size !== 1 || Number(party.value) === offices[0].party) return;
    party.replaceChildren(new Option("", ""), new Option(offices[0].label, offices[0].party, true, true));
    party.dataset.proposed = party.value;
    $(party).trigger("change");
  }

  function show(row) {
    const found = proposals[field(row, "official").value];
    const capacity = field(row, "capacity");
    capacity.placeholder = "";
    warn(row, "");
    if (!found) return;
    proposeParty(field(row, "on_behalf_of"), found.offices);
    const party = Number(field(row, "on_behalf_of").value);
    const office = found.offices.find((one) => one.party === party);
    if (office) capacity.placeholder = office.title;
    else if (!capacity.value) warn(row, found.warning);
  }

  async function propose() {
    const chosen = rows().map((row) => field(row, "official").value).filter(Boolean);
    if (!address || !chosen.length || !date("start_date")) return;
    const asked = new URLSearchParams(chosen.map((key) => ["official", key]));
    asked.set("start", date("start_date"));
    asked.set("end", date("end_date"));
    const answer = await fetch(`${address}?${asked}`, { headers: { Accept: "application/json" } });
    if (!answer.ok) return;
    proposals = await answer.json();
    rows().forEach(show);
  }

  // select2 tells of changes by jQuery only.
  $(document).on("change", "[name^=participations-][name$=-official], #id_start_date, #id_end_date", propose);
  $(document).on("change", "[name^=participations-][name$=-on_behalf_of], [name^=participations-][name$=-capacity]", (event) =>
    show(event.target.closest("tr")),
  );
  propose();

  // What was searched for and not found.
  const searched = {};
  $(document).on("select2:closing", "select", (event) => {
    searched[event.target.id] = $(".select2-container--open .select2-search__field").val() ?? "";
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a.add-related");
    if (!link) return;
    const words = (searched[link.id.replace(/^add_/, "")] ?? "").trim();
    const opened = new URL(link.href);
    ["name", "title", "url"].forEach((name) => opened.searchParams.delete(name));
    const isSource = opened.pathname.endsWith("/source/add/");
    const meant = isSource ? (/^https?:\/\//i.test(words) ? "url" : "title") : "name";
    if (words) opened.searchParams.set(meant, words);
    link.href = opened;
  }, true);
});
