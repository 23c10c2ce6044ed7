package api

import (
	"bytes"
	"context"
	"sync"

	"linli/models"
)

type ticketSheetInput struct {
	TicketsAsked
	Locale string `query:"locale" enum:"zh-CN,en" default:"zh-CN" doc:"the language of the headings and words"`
}

type ticketSheetAnswer struct {
	ContentType string `header:"Content-Type"`
	Disposition string `header:"Content-Disposition"`
	Rows        int    `header:"X-Rows" doc:"how many tickets the sheet holds"`
	Whole       bool   `header:"X-Rows-Whole" doc:"false: the list is longer than a sheet holds"`
	Body        []byte
}

// ticketSheet gives a whole list, as ticketList shows it page by page, as a workbook. What cannot be read in the time of a sheet is
// refused whole: half a list that looks like one would be worse.
func (s *Server) ticketSheet(ctx context.Context, in *ticketSheetInput) (*ticketSheetAnswer, error) {
	a := actor(ctx)
	done, err := s.sheets.begin(a.AccountID)
	if err != nil {
		return nil, err
	}
	defer done()
	within, cancel := context.WithTimeout(ctx, s.config.SheetDeadline)
	defer cancel()
	var book bytes.Buffer
	rows, whole, err := s.uses.Tickets.TicketSheet(within, a, in.query(), in.Locale, &book)
	if err != nil && within.Err() != nil { // a database says in its own words that it was interrupted
		return nil, &models.Error{Kind: models.Unavailable, Code: "ticket.sheet_too_slow", RetryAfter: sheetAgain}
	}
	return &ticketSheetAnswer{
		ContentType: xlsxType, Disposition: `attachment; filename="linli-tickets.xlsx"`, Rows: rows, Whole: whole, Body: book.Bytes(),
	}, err
}

// sheetAgain is after how many seconds it is worth asking again.
const sheetAgain = 30

// mostSheets is how many sheets one copy of the program writes at once: each reads as much as fifty pages of a list.
const mostSheets = 8

// sheetsUnderWay lets each account have one sheet written at a time, and all together a few.
type sheetsUnderWay struct {
	mu   sync.Mutex
	held map[int64]bool
}

func (s *sheetsUnderWay) begin(account int64) (done func(), err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.held[account]:
		return nil, &models.Error{Kind: models.Limited, Code: "ticket.sheet_under_way", RetryAfter: 5}
	case len(s.held) >= mostSheets:
		return nil, errBusy
	}
	s.held[account] = true
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.held, account)
	}, nil
}
