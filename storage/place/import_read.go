package place

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"net/http"
	"slices"
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
	if code := otherKind(body); code != "" {
		return sheet{}, models.Refuse(models.Unsupported, code)
	}
	return commaSeparated(body)
}

// otherKind names what is no sheet at all, whatever it is called: a picture or a print that somebody gave a sheet's name would
// else be told to mend its encoding.
func otherKind(body []byte) string {
	kind := http.DetectContentType(body)
	switch {
	case strings.HasPrefix(kind, "image/"):
		return "import.is_picture"
	case kind == "application/pdf":
		return "import.is_pdf"
	case !strings.HasPrefix(kind, "text/") && kind != "application/octet-stream": // which is also what GB18030 looks like
		return "import.no_sheet"
	}
	return ""
}

// isWorkbook reports whether a ZIP file holds a workbook. A document and a packed folder are ZIP files too.
func isWorkbook(body []byte) bool {
	files, err := zip.NewReader(bytes.NewReader(body), int64(len(body)))
	if err != nil {
		return true // cut off: what is inside nobody can tell
	}
	return slices.ContainsFunc(files.File, func(f *zip.File) bool { return strings.EqualFold(f.Name, "xl/workbook.xml") })
}

// workbook reads the first sheet of an XLSX file, row by row. Dates come as day numbers.
func workbook(body []byte) (sheet, error) {
	if !isWorkbook(body) {
		return sheet{}, models.Refuse(models.Unsupported, "import.no_workbook")
	}
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

// readRegister reads the rows of a register and what is wrong with them. Only a file that is no register at all is an error: where
// some headings are missing, the columns that are there are read, so that people learn of both in one round.
func readRegister(body []byte) (rows []place.RegisterRow, count int, found []place.RowError, err error) {
	heads, err := findHeadings(body)
	if err != nil {
		return nil, 0, nil, err
	}
	absent := map[string]bool{}
	for _, column := range heads.missing {
		absent[column.Heading] = true
		found = append(found, place.RowError{Row: heads.row, Column: column.Heading, Code: "import.heading_missing"})
	}
	file, err := readSheet(body)
	if err != nil {
		return nil, 0, nil, err
	}
	err = file.each(func(number int, cells []string) error {
		if number <= heads.row || blank(cells) {
			return nil
		}
		if count++; count > maxRows {
			return models.Refuse(models.Invalid, "import.too_many_rows").With("limit", maxRows)
		}
		row, errs := place.ParseRegisterRow(number, byField(heads.columns, cells), file.dateSerials)
		if row.IsExample() {
			count--
			return nil
		}
		errs = slices.DeleteFunc(errs, func(e place.RowError) bool { return absent[e.Column] }) // told once, for the column
		rows, found = append(rows, row), append(found, errs...)
		return nil
	})
	if err == nil && count == 0 && len(found) == 0 {
		err = models.Refuse(models.Invalid, "import.no_rows")
	}
	return rows, count, found, err
}

// heads is the row of headings: the field of each position, and which needed columns are not there.
type heads struct {
	row     int
	columns []string
	missing []place.Column
}

// knownHeads is how many headings must be known for a file to be a register with some missing.
const knownHeads = 3

// findHeadings looks for the row of headings among the first: the first that has all, else the one that comes closest.
func findHeadings(body []byte) (best heads, err error) {
	file, err := readSheet(body)
	if err != nil {
		return best, err
	}
	enough := errors.New("enough")
	known := 0
	err = file.each(func(number int, cells []string) error {
		if number > headingRows {
			return enough
		}
		here, n := headings(number, cells)
		if best.row == 0 || n > known {
			best, known = here, n
		}
		if len(best.missing) == 0 {
			return enough
		}
		return nil
	})
	if err != nil && !errors.Is(err, enough) {
		return best, err
	}
	if best.row == 0 {
		return best, models.Refuse(models.Invalid, "import.empty")
	}
	if len(best.missing) > 0 && known < knownHeads {
		return best, headingsMissing(best.missing)
	}
	return best, nil
}

// headings reads a row as headings, and how many of them are known.
func headings(number int, cells []string) (h heads, known int) {
	h = heads{row: number, columns: make([]string, len(cells))}
	seen := map[string]bool{}
	for i, cell := range cells {
		if column, ok := place.ColumnFor(cell); ok && !seen[column.Field] {
			h.columns[i], seen[column.Field] = column.Field, true
		}
	}
	for _, column := range place.RegisterColumns {
		if column.Needed && !seen[column.Field] {
			h.missing = append(h.missing, column)
		}
	}
	return h, len(seen)
}

func headingsMissing(missing []place.Column) error {
	var names []string
	for _, column := range missing {
		names = append(names, column.Heading)
	}
	return models.Refuse(models.Invalid, "import.headings_missing").With("missing", strings.Join(names, "、"))
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
