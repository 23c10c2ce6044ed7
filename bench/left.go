package main

// leftOnTheTable closes the page: what the profiles showed, what was done about it, and what was not. Keep it true.
const leftOnTheTable = `## What the profiles showed

Done: half of a list on SQLite was the look-up of people's homes, which went along everybody's memberships; another third were
the names of places, a statement a table. A list in a scope sorted all that the scope ever had; it now merges the first of each part.

Left on the table:

- The figures above a list count everything that is open in the scope, each time. That is most of an officer's first page.
- A list still asks about ten statements in a transaction of its own, where the control asks two: names, pictures, unread lines, ratings
  and what protects a complainant are read by those who own them. The next step would be one statement for pictures, unread lines and ratings.
- The median of a class computes the score of every estate of it, once in ten minutes, while somebody waits.
- The overview of an operator or town reads along its whole scope, or along the county's month, whichever is shorter.
- A search by words reads the whole scope.

Not measured yet: filing beside pgbench, a county's load on a machine of its own, 10 million tickets.
`
