package ticket

import (
	"context"
	"io"

	"linli/models"
	"linli/models/ticket"
	"linli/storage"
	"linli/storage/sheet"
)

// sheetPage is how many rows of a sheet are read at once, sheetMost how many it holds; tests make them small.
var sheetPage, sheetMost = 100, ticket.MostSheetRows

// TicketSheet writes a list of a's, the same rows as Tickets gives page by page, as a workbook in the language of locale. whole is
// false when the list is longer than ticket.MostSheetRows. After an error what was written is no workbook.
func (s *Store) TicketSheet(ctx context.Context, a models.Actor, q ticket.Query, locale string, to io.Writer) (rows int, whole bool, err error) {
	c, err := s.Catalogue(ctx)
	if err != nil {
		return 0, false, err
	}
	book := sheet.Book{Name: ticket.SheetName(locale)}
	for _, column := range ticket.SheetColumns() {
		book.Columns = append(book.Columns, sheet.Column{Heading: column.Name.In(locale), Width: column.Width})
	}
	q.Limit, q.Cursor = sheetPage, ""
	box, seen := boxOf(a, q), map[int64]bool{}
	err = sheet.Write(to, book, func(add sheet.Add) error {
		for len(seen) < sheetMost {
			items, err := s.sheetRows(ctx, a, &box)
			if err != nil {
				return err
			}
			for _, row := range items {
				if seen[row.ID] { // a matter whose time to act moved while the list was read
					continue
				}
				if len(seen) == sheetMost {
					return nil
				}
				seen[row.ID] = true
				if err := add(ticket.SheetCells(row, c, locale)...); err != nil {
					return err
				}
			}
			if whole = box.query.Cursor == ""; whole {
				return nil
			}
		}
		return nil
	})
	return len(seen), whole, err
}

// sheetRows reads the next rows of a list, and moves its cursor on; at the end there is none.
func (s *Store) sheetRows(ctx context.Context, a models.Actor, b *box) (items []ticket.Row, err error) {
	after, err := readCursor(b.query.Cursor)
	if err != nil {
		return nil, err
	}
	err = s.db.Look(ctx, func(tx storage.Tx) error {
		items, b.query.Cursor, err = b.page(tx, a, after)
		return err
	})
	return items, err
}
