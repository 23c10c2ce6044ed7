// Package sheet is the one place that writes workbooks (XLSX). No cell of them is a formula, whoever wrote its words.
package sheet

import (
	"fmt"
	"io"
	"time"

	"github.com/xuri/excelize/v2"

	"linli/models"
	"linli/models/place"
)

// Column is one column of a book; Width is in letters of the sheet's usual size.
type Column struct {
	Heading string
	Width   float64
}

// Book is a workbook of one sheet, its headings in the first row: always in view, and on every page of a print, which lies across.
type Book struct {
	Name    string
	Columns []Column
}

// Add appends one row. A string is text, whatever it looks like; an int64 is a number, a time.Time the moment on the clocks of
// Asia/Shanghai, a models.Date a day, and nil an empty cell. Anything else is refused.
type Add func(cells ...any) error

// Write writes the book with the rows that rows adds. What does not fit into a few megabytes waits in a file of the system's
// folder for such files, so that a long list costs no more memory than a short one, but for the packed book itself.
func Write(to io.Writer, b Book, rows func(Add) error) error {
	file := excelize.NewFile()
	defer file.Close()
	if err := file.SetSheetName(file.GetSheetName(0), b.Name); err != nil {
		return err
	}
	looks, err := prepare(file, b.Name)
	if err != nil {
		return err
	}
	stream, err := file.NewStreamWriter(b.Name)
	if err != nil {
		return err
	}
	headings := make([]any, len(b.Columns))
	for i, c := range b.Columns {
		headings[i] = excelize.Cell{StyleID: looks.heading, Value: place.SheetText(c.Heading)}
		if err := stream.SetColWidth(i+1, i+1, c.Width); err != nil {
			return err
		}
	}
	if err := stream.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return err
	}
	if err := stream.SetRow("A1", headings); err != nil {
		return err
	}
	at := 1
	err = rows(func(cells ...any) error {
		at++
		values := make([]any, len(cells))
		for i, cell := range cells {
			if values[i], err = looks.of(cell); err != nil {
				return err
			}
		}
		return stream.SetRow(fmt.Sprint("A", at), values)
	})
	if err != nil {
		return err
	}
	if err := stream.Flush(); err != nil {
		return err
	}
	return file.Write(to)
}

// prepare sets what a stream writes before its rows, and how a print lies: across, as wide as one page.
func prepare(file *excelize.File, name string) (l looks, err error) {
	yes, across, a4, wide, long := true, "landscape", 9, 1, 0
	if err := file.SetSheetProps(name, &excelize.SheetPropsOptions{FitToPage: &yes}); err != nil {
		return l, err
	}
	page := excelize.PageLayoutOptions{Orientation: &across, Size: &a4, FitToWidth: &wide, FitToHeight: &long}
	if err := file.SetPageLayout(name, &page); err != nil {
		return l, err
	}
	titles := excelize.DefinedName{Name: "_xlnm.Print_Titles", RefersTo: "'" + name + "'!$1:$1", Scope: name}
	if err := file.SetDefinedName(&titles); err != nil {
		return l, err
	}
	day, moment, top := "yyyy-mm-dd", "yyyy-mm-dd hh:mm", excelize.Alignment{Vertical: "top", WrapText: true}
	for look, style := range map[*int]*excelize.Style{
		&l.heading: {Font: &excelize.Font{Bold: true}, Alignment: &top},
		&l.text:    {Alignment: &top},
		&l.number:  {Alignment: &excelize.Alignment{Vertical: "top"}},
		&l.day:     {CustomNumFmt: &day, Alignment: &excelize.Alignment{Vertical: "top"}},
		&l.moment:  {CustomNumFmt: &moment, Alignment: &excelize.Alignment{Vertical: "top"}},
	} {
		if *look, err = file.NewStyle(style); err != nil {
			return l, err
		}
	}
	return l, nil
}

// looks are the styles of the cells.
type looks struct{ heading, text, number, day, moment int }

func (l looks) of(cell any) (any, error) {
	switch v := cell.(type) {
	case nil:
		return nil, nil
	case string:
		return excelize.Cell{StyleID: l.text, Value: place.SheetText(v)}, nil
	case int64:
		return excelize.Cell{StyleID: l.number, Value: v}, nil
	case models.Date:
		return excelize.Cell{StyleID: l.day, Value: onTheClock(v.Start())}, nil
	case time.Time:
		return excelize.Cell{StyleID: l.moment, Value: onTheClock(v)}, nil
	}
	return nil, fmt.Errorf("a cell of a sheet cannot be a %T", cell)
}

// onTheClock is what the clocks of Asia/Shanghai show at t: a workbook knows no time zones.
func onTheClock(t time.Time) time.Time {
	t = t.In(models.Shanghai)
	return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), 0, 0, time.UTC)
}
