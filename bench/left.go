package main

// leftOnTheTable closes the page: what the profiles showed, what was done about it, and what was not. Keep it true.
const leftOnTheTable = `## What the profiles showed

Done: on Postgres the larger part of a list was planning: a plan for one value is never much dearer than one for any, so it was made anew
each time; plans are made once now (the setting plan_cache_mode), and storage/plan_test.go holds them against both kinds. Names, pictures, unread
lines and ratings, each a statement, came into the one that finds the page. Half of a list on SQLite was the look-up of people's homes, which went along everybody's memberships; another third were
the names of places, a statement a table. A list in a scope sorted all that the scope ever had; it now merges the first of each part.
A filing asked eight times which rules are in force, of 38 statements; a transaction asks once for each kind now.

Left on the table:

- The figures above a list count everything that is open in the scope, each time. That is most of an officer's first page.
- A list asks its counts, its rows, and for those who must not know the complainant what protects him: three statements where the control
  asks two, through GORM and database/sql where the control has pgx alone. An operator's pays most: it merges what his party has
  with what he filed himself, and hides words.
- The median of a class computes the score of every estate of it, once in ten minutes, while somebody waits.
- The overview of an operator or town reads along its whole scope, or along the county's month, whichever is shorter.
- A search by words reads the whole scope.

- A filing is some thirty statements, and half of them read the answer: the whole view of a ticket that was made a moment ago. GORM
  and database/sql cost about as much for each as Postgres does.

Not measured yet: a county's load on a machine of its own, 10 million tickets.
`
