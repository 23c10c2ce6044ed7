package place

import (
	"bytes"
	"encoding/csv"
	"io"

	"github.com/xuri/excelize/v2"

	"linli/models"
	"linli/models/place"
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
	file := excelize.NewFile()
	defer file.Close()
	const name = "登记册"
	if err := file.SetSheetName(file.GetSheetName(0), name); err != nil {
		return err
	}
	stream, err := file.NewStreamWriter(name)
	if err != nil {
		return err
	}
	if err := stream.SetColWidth(1, max(1, len(rows[0])), 16); err != nil {
		return err
	}
	if err := stream.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return err
	}
	for i, row := range rows {
		cell, err := excelize.CoordinatesToCellName(1, i+1)
		if err != nil {
			return err
		}
		values := make([]any, len(row))
		for j, text := range sheetRow(row) {
			values[j] = text
		}
		if err := stream.SetRow(cell, values); err != nil {
			return err
		}
	}
	if err := stream.Flush(); err != nil {
		return err
	}
	return file.Write(to)
}
