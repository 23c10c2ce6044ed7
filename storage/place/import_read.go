package place

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"

	"linli/models"
	"linli/models/place"
)

const (
	// ImportLimit is the largest file that is taken, in bytes.
	ImportLimit = 20 << 20
	// maxRows of one file. The largest register we know of has some thousand buildings.
	maxRows = 20_000
	// headingRows is how far down the headings may stand: people put a title above them.
	headingRows = 10
)

// sheet is a file as rows of cells; number is the row as the spreadsheet counts it.
type sheet struct {
	dateSerials bool
	each        func(row func(number int, cells []string) error) error
}

// readSheet tells CSV and XLSX apart by their bytes; what the file is called does not matter.
func readSheet(body []byte) (sheet, error) {
	switch {
	case len(body) > ImportLimit:
		return sheet{}, models.Refuse(models.TooLarge, "import.too_large").With("limit", ImportLimit)
	case len(bytes.TrimSpace(body)) == 0:
		return sheet{}, models.Refuse(models.Invalid, "import.empty")
	case bytes.HasPrefix(body, []byte("PK\x03\x04")):
		return workbook(body)
	case bytes.HasPrefix(body, []byte("\xd0\xcf\x11\xe0")):
		return sheet{}, models.Refuse(models.Unsupported, "import.old_excel") // .xls, or a workbook with a password
	}
	return commaSeparated(body)
}

// workbook reads the first sheet of an XLSX file, row by row. Dates come as day numbers.
func workbook(body []byte) (sheet, error) {
	file, err := excelize.OpenReader(bytes.NewReader(body), excelize.Options{UnzipSizeLimit: 200 << 20, UnzipXMLSizeLimit: 16 << 20})
	if err != nil {
		return sheet{}, &models.Error{Kind: models.Unsupported, Code: "import.broken_workbook", Err: err}
	}
	properties, err := file.GetWorkbookProps()
	if err == nil && properties.Date1904 != nil && *properties.Date1904 {
		file.Close()
		return sheet{}, models.Refuse(models.Unsupported, "import.dates_from_1904")
	}
	return sheet{dateSerials: true, each: func(row func(int, []string) error) error {
		defer file.Close()
		return eachOfWorkbook(file, row)
	}}, nil
}

func eachOfWorkbook(file *excelize.File, row func(int, []string) error) error {
	rows, err := file.Rows(file.GetSheetName(0))
	if err != nil {
		return &models.Error{Kind: models.Unsupported, Code: "import.broken_workbook", Err: err}
	}
	defer rows.Close()
	for number := 1; rows.Next(); number++ {
		cells, err := rows.Columns(excelize.Options{RawCellValue: true})
		if err != nil {
			return &models.Error{Kind: models.Unsupported, Code: "import.broken_workbook", Err: err}
		}
		if err := row(number, cells); err != nil {
			return err
		}
	}
	if err := rows.Error(); err != nil {
		return &models.Error{Kind: models.Unsupported, Code: "import.broken_workbook", Err: err}
	}
	return nil
}

// commaSeparated reads CSV in UTF-8, with or without its mark, or in GB18030, which Chinese spreadsheets write.
func commaSeparated(body []byte) (sheet, error) {
	text := bytes.TrimPrefix(body, []byte("\xef\xbb\xbf"))
	if !utf8.Valid(text) {
		decoded, err := simplifiedchinese.GB18030.NewDecoder().Bytes(text)
		if err != nil || bytes.ContainsRune(decoded, utf8.RuneError) {
			return sheet{}, models.Refuse(models.Unsupported, "import.unknown_encoding")
		}
		text = decoded
	}
	if bytes.IndexByte(text, 0) >= 0 {
		return sheet{}, models.Refuse(models.Unsupported, "import.unknown_encoding")
	}
	return sheet{each: func(row func(int, []string) error) error { return eachOfCSV(text, row) }}, nil
}

func eachOfCSV(text []byte, row func(int, []string) error) error {
	reader := csv.NewReader(bytes.NewReader(text))
	reader.Comma = separatorOf(text)
	reader.FieldsPerRecord = -1
	for number := 1; ; number++ {
		cells, err := reader.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if parse, ok := errors.AsType[*csv.ParseError](err); ok {
			return models.Refuse(models.Invalid, "import.broken_csv").With("line", parse.Line)
		}
		if err != nil {
			return err
		}
		line, _ := reader.FieldPos(0)
		number = max(number, line) // blank lines count in a spreadsheet too
		if err := row(number, cells); err != nil {
			return err
		}
	}
}

// separatorOf looks at the first line: spreadsheets of other settings part cells by tabs or semicolons.
func separatorOf(text []byte) rune {
	line, _, _ := bytes.Cut(text, []byte("\n"))
	for _, separator := range []rune{'\t', ';'} {
		if bytes.Count(line, []byte(string(separator))) > bytes.Count(line, []byte(",")) {
			return separator
		}
	}
	return ','
}

// readRegister reads the rows of a register and what is wrong with them. Only a file that is no register at all is an error.
func readRegister(body []byte) (rows []place.RegisterRow, count int, found []place.RowError, err error) {
	file, err := readSheet(body)
	if err != nil {
		return nil, 0, nil, err
	}
	var columns []string // field by position, once the headings are found
	var missing []string
	err = file.each(func(number int, cells []string) error {
		if columns == nil {
			columns, missing = headings(cells, missing, number)
			if columns == nil && number >= headingRows {
				return headingsMissing(missing)
			}
			return nil
		}
		if blank(cells) {
			return nil
		}
		if count++; count > maxRows {
			return models.Refuse(models.Invalid, "import.too_many_rows").With("limit", maxRows)
		}
		row, errs := place.ParseRegisterRow(number, byField(columns, cells), file.dateSerials)
		if row.IsExample() {
			count--
			return nil
		}
		if found = append(found, errs...); len(errs) == 0 {
			rows = append(rows, row)
		}
		return nil
	})
	if err == nil && columns == nil {
		err = headingsMissing(missing)
	}
	return rows, count, found, err
}

// headings reads a row as headings: the field of each position, or nil and what is missing where it is none. Of several
// rows that are none the one that comes closest is told.
func headings(cells, missingBefore []string, number int) (columns, missing []string) {
	seen := map[string]bool{}
	columns = make([]string, len(cells))
	for i, cell := range cells {
		if column, ok := place.ColumnFor(cell); ok && !seen[column.Field] {
			columns[i], seen[column.Field] = column.Field, true
		}
	}
	for _, column := range place.RegisterColumns {
		if column.Needed && !seen[column.Field] {
			missing = append(missing, column.Heading)
		}
	}
	if len(missing) == 0 {
		return columns, nil
	}
	if number > 1 && len(missingBefore) <= len(missing) {
		missing = missingBefore
	}
	return nil, missing
}

func headingsMissing(missing []string) error {
	return models.Refuse(models.Invalid, "import.headings_missing").With("missing", strings.Join(missing, "、"))
}

func byField(columns, cells []string) map[string]string {
	fields := map[string]string{}
	for i, cell := range cells {
		if i < len(columns) && columns[i] != "" {
			fields[columns[i]] = cell
		}
	}
	return fields
}

func blank(cells []string) bool {
	for _, cell := range cells {
		if strings.TrimSpace(cell) != "" {
			return false
		}
	}
	return true
}
