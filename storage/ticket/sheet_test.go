package ticket_test

import (
	"archive/zip"
	"bytes"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"linli/models"
	"linli/models/ticket"
	tickets "linli/storage/ticket"
)

// opened is a sheet as a spreadsheet program reads it.
type opened struct {
	*excelize.File
	name  string
	bytes []byte
}

func (w *world) sheet(t *testing.T, a models.Actor, q ticket.Query, locale string) (o opened, rows int, whole bool) {
	t.Helper()
	var book bytes.Buffer
	rows, whole, err := w.store.TicketSheet(t.Context(), a, q, locale, &book)
	if err != nil {
		t.Fatal(err)
	}
	o.bytes = bytes.Clone(book.Bytes())
	if o.File, err = excelize.OpenReader(&book); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { o.File.Close() })
	o.name = o.GetSheetName(0)
	return o, rows, whole
}

// lines are the cells as a spreadsheet shows them.
func (o opened) lines(t *testing.T) [][]string {
	t.Helper()
	lines, err := o.GetRows(o.name)
	if err != nil {
		t.Fatal(err)
	}
	return lines
}

// TestTheSheetHoldsTheList: the same rows in the same order as the list page by page, with its words, real dates on the clocks of
// Asia/Shanghai, and nothing that a spreadsheet computes.
func TestTheSheetHoldsTheList(t *testing.T) {
	defer tickets.SmallSheets(2, 100)()
	each(t, func(t *testing.T, w *world) {
		hostile := []string{`=HYPERLINK("http://evil.example","x")`, "+1+1", "-2", "@SUM(A1)", "＝1+1", "a=1"}
		for _, text := range hostile {
			f := w.filing("REP-01")
			f.Text = text
			w.file(t, w.Resident, f)
		}
		w.clock.Advance(14 * time.Hour) // 02:00 of the next day in Shanghai, 18:00 of the same day in UTC
		last := w.file(t, w.Resident, w.filing("REP-02"))
		q := ticket.Query{Box: ticket.BoxDesk, Filter: ticket.FilterOpen}
		listed := q
		listed.Limit = 100
		page, err := w.store.Tickets(t.Context(), w.Staff, listed)
		if err != nil || len(page.Items) != len(hostile)+1 {
			t.Fatalf("%d listed, %v", len(page.Items), err)
		}
		o, rows, whole := w.sheet(t, w.Staff, q, "zh-CN")
		lines := o.lines(t)
		if rows != len(page.Items) || !whole || len(lines) != rows+1 {
			t.Fatalf("%d rows, whole %v, %d lines", rows, whole, len(lines))
		}
		if want := []string{"工单号", "类别", "类型", "状态", "小区", "楼栋", "内容", "承办单位", "反映日期", "下一步期限", "超时", "没人答复", "退回次数"}; !slices.Equal(lines[0], want) {
			t.Errorf("headings %q", lines[0])
		}
		for i, row := range page.Items {
			due := row.NextDue.In(models.Shanghai).Format("2006-01-02 15:04")
			got := lines[i+1]
			if got[0] != row.Number || got[3] != "已派单" || strings.TrimPrefix(got[6], "'") != row.TextShort || got[8] != string(row.FiledOn) || got[9] != due || got[10] != map[bool]string{true: "是", false: "否"}[row.Overdue] || got[12] != "0" {
				t.Errorf("line %d: %q of %+v", i+1, got, row)
			}
			if row.ID == last.ID && got[8] != "2026-09-03" {
				t.Errorf("filed at 2 at night, and the sheet says %s", got[8])
			}
		}
		looksLikeASheet(t, o)
		computesNothing(t, o, hostile[:5])

		english, _, _ := w.sheet(t, w.Staff, q, "en")
		if got := english.lines(t); english.name != "Tickets" || got[0][0] != "Number" || got[1][3] != "Assigned" || got[1][2] != "Repair" {
			t.Errorf("in English: %s, %q", english.name, got[:2])
		}
	})
}

// looksLikeASheet holds the form: typed cells, a heading that stays, columns as wide as they need, a print that lies across.
func looksLikeASheet(t *testing.T, o opened) {
	t.Helper()
	for cell, kind := range map[string]excelize.CellType{"A2": excelize.CellTypeInlineString, "I2": excelize.CellTypeUnset, "J2": excelize.CellTypeUnset, "M2": excelize.CellTypeUnset} {
		if got, err := o.GetCellType(o.name, cell); err != nil || got != kind {
			t.Errorf("%s is of kind %v, %v", cell, got, err)
		}
	}
	if raw, err := o.GetCellValue(o.name, "I2", excelize.Options{RawCellValue: true}); err != nil || raw != "46267" { // 2026-09-02
		t.Errorf("the day is %q, %v", raw, err)
	}
	panes, err := o.GetPanes(o.name)
	if err != nil || !panes.Freeze || panes.YSplit != 1 {
		t.Errorf("panes %+v, %v", panes, err)
	}
	page, err := o.GetPageLayout(o.name)
	if err != nil || *page.Orientation != "landscape" || *page.Size != 9 || *page.FitToWidth != 1 {
		t.Errorf("page %+v, %v", page, err)
	}
	if props, err := o.GetSheetProps(o.name); err != nil || props.FitToPage == nil || !*props.FitToPage {
		t.Errorf("does not fit on a page: %v", err)
	}
	text, _ := o.GetColWidth(o.name, "G")
	if kind, _ := o.GetColWidth(o.name, "C"); text != 44 || kind != 10 {
		t.Errorf("columns %v and %v wide", text, kind)
	}
	titles := o.GetDefinedName()
	if len(titles) != 1 || titles[0].Name != "_xlnm.Print_Titles" || titles[0].RefersTo != "'"+o.name+"'!$1:$1" {
		t.Errorf("names %+v", titles)
	}
}

// computesNothing holds the bytes as well as the cells: no formula in any part of the file, and no text that becomes one when the
// sheet is saved as CSV.
func computesNothing(t *testing.T, o opened, hostile []string) {
	t.Helper()
	found := 0
	for _, line := range o.lines(t) {
		for _, cell := range line {
			if cell != "" && strings.ContainsAny(cell[:1], "=+-@\t\r") || strings.HasPrefix(cell, "＝") {
				t.Errorf("%q begins like a formula", cell)
			}
			if slices.Contains(hostile, strings.TrimPrefix(cell, "'")) {
				found++
			}
		}
	}
	if found != len(hostile) {
		t.Errorf("%d of %d hostile texts are there", found, len(hostile))
	}
	for name, part := range partsOf(t, o.bytes) {
		if strings.Contains(part, "<f>") || strings.Contains(part, "<f ") {
			t.Errorf("%s holds a formula", name)
		}
	}
}

func partsOf(t *testing.T, book []byte) map[string]string {
	t.Helper()
	files, err := zip.NewReader(bytes.NewReader(book), int64(len(book)))
	if err != nil {
		t.Fatal(err)
	}
	parts := map[string]string{}
	for _, f := range files.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		parts[f.Name] = string(b)
	}
	return parts
}

// TestTheSheetEndsWhereASheetIsFull: it says so, and holds the first rows of the list.
func TestTheSheetEndsWhereASheetIsFull(t *testing.T) {
	defer tickets.SmallSheets(2, 4)()
	each(t, func(t *testing.T, w *world) {
		q := ticket.Query{Box: ticket.BoxDesk}
		for range 4 {
			w.file(t, w.Resident, w.filing("REP-01"))
		}
		if _, rows, whole := w.sheet(t, w.Staff, q, "zh-CN"); rows != 4 || !whole {
			t.Errorf("of four: %d, whole %v", rows, whole)
		}
		w.file(t, w.Resident, w.filing("REP-01"))
		if _, rows, whole := w.sheet(t, w.Staff, q, "zh-CN"); rows != 4 || whole {
			t.Errorf("of five: %d, whole %v", rows, whole)
		}
	})
}

// TestASheetIsFullWithinAPage: it holds no more than it may, also where that is not the end of a page that is read at once.
func TestASheetIsFullWithinAPage(t *testing.T) {
	defer tickets.SmallSheets(2, 3)()
	each(t, func(t *testing.T, w *world) {
		for n := 1; n <= 5; n++ {
			w.file(t, w.Resident, w.filing("REP-01"))
			o, rows, whole := w.sheet(t, w.Staff, ticket.Query{Box: ticket.BoxDesk}, "zh-CN")
			if rows != min(n, 3) || whole != (n <= 3) || len(o.lines(t)) != rows+1 {
				t.Errorf("of %d: %d, %d lines, whole %v", n, rows, len(o.lines(t)), whole)
			}
		}
	})
}

// TestTheSheetIsOfWhoAsks: another operator's staff find nothing of it in any part of the file, the party not the number that
// its reporter did not share, and an empty list is an empty sheet.
func TestTheSheetIsOfWhoAsks(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		f := w.filing("REP-01")
		f.Text = "楼道灯坏了，请联系13912345678"
		w.file(t, w.Resident, f)
		for name, asks := range map[string]struct {
			a    models.Actor
			rows int
		}{"the party": {w.Staff, 1}, "its station": {w.StationStaff, 1}, "another operator": {w.RivalStaff, 0}, "a station elsewhere": {w.OtherStationStaff, 0}} {
			box := ticket.BoxAll
			o, rows, whole := w.sheet(t, asks.a, ticket.Query{Box: box}, "zh-CN")
			if rows != asks.rows || !whole || len(o.lines(t)) != rows+1 {
				t.Errorf("%s: %d rows", name, rows)
			}
			all := ""
			for _, part := range partsOf(t, o.bytes) {
				all += part
			}
			if strings.Contains(all, "楼道灯坏了") != (asks.rows == 1) {
				t.Errorf("%s reads the matter: %v", name, asks.rows == 0)
			}
			if name == "the party" && strings.Contains(all, "13912345678") {
				t.Errorf("%s reads the reporter's number", name)
			}
		}
	})
}
