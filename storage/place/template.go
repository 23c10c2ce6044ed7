package place

import (
	"bytes"
	"encoding/csv"
	"io"

	"linli/models"
	"linli/models/place"
	sheets "linli/storage/sheet"
)

// RegisterTemplate is the empty register with one example row, to be filled in. format is "csv" or "xlsx".
func (s *Store) RegisterTemplate(format string) ([]byte, error) {
	rows := [][]string{place.Headings(), place.Example().Cells()}
	var out bytes.Buffer
	var err error
	switch format {
	case "csv":
		err = WriteCSV(&out, rows)
	case "xlsx":
		err = WriteXLSX(&out, rows)
	default:
		err = models.RefuseField("import.unknown_format", "format")
	}
	return out.Bytes(), err
}

// WriteCSV writes rows as a Chinese spreadsheet opens them: UTF-8 with its mark. No cell is a formula there.
func WriteCSV(to io.Writer, rows [][]string) error {
	if _, err := io.WriteString(to, "\ufeff"); err != nil {
		return err
	}
	writer := csv.NewWriter(to)
	writer.UseCRLF = true
	for _, row := range rows {
		if err := writer.Write(sheetRow(row)); err != nil {
			return err
		}
	}
	writer.Flush()
	return writer.Error()
}

// sheetRow makes every cell safe, whoever wrote it: what leaves here is opened on officials' machines.
func sheetRow(row []string) []string {
	safe := make([]string, len(row))
	for i, text := range row {
		safe[i] = place.SheetText(text)
	}
	return safe
}

// WriteXLSX writes rows as a workbook of one sheet, all cells as text, the headings kept in view.
func WriteXLSX(to io.Writer, rows [][]string) error {
	book := sheets.Book{Name: "登记册"}
	for _, heading := range rows[0] {
		book.Columns = append(book.Columns, sheets.Column{Heading: heading, Width: 16})
	}
	return sheets.Write(to, book, func(add sheets.Add) error {
		for _, row := range rows[1:] {
			cells := make([]any, len(row))
			for i, text := range row {
				cells[i] = text
			}
			if err := add(cells...); err != nil {
				return err
			}
		}
		return nil
	})
}
