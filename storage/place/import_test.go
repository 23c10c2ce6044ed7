package place_test

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"flag"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"

	"linli/models"
	"linli/models/place"
	"linli/storage"
	places "linli/storage/place"
)

// TestImportOfTheCounty takes in the register of 549 units as a real spreadsheet program wrote it.
func TestImportOfTheCounty(t *testing.T) {
	body, err := os.ReadFile("testdata/register-549.xlsx")
	if err != nil {
		t.Fatal(err)
	}
	each(t, places.Options{}, func(t *testing.T, db *storage.DB, s *places.Store) {
		dry, err := s.ImportRegister(t.Context(), centre, body, true)
		if err != nil || dry.Committed || len(dry.Errors) > 0 || dry.Created.Estates != 549 {
			t.Fatalf("dry run: %v %+v", err, dry)
		}
		if n := count(t, db, "estates") + count(t, db, "service_terms") + count(t, db, "units"); n != 0 {
			t.Fatalf("a dry run kept %d rows", n)
		}
		report, err := s.ImportRegister(t.Context(), centre, body, false)
		if err != nil || !report.Committed || report.Rows != 828 || report.Accepted != 828 || report.Created.Communities != 14 || report.Created.Estates != 549 || report.Created.Buildings != 828 {
			t.Fatalf("%v %+v", err, report)
		}
		units, terms := count(t, db, "units"), count(t, db, "service_terms")
		if int64(report.Created.Units) != units || terms == 0 || terms >= 549 {
			t.Errorf("%d units, %d terms", units, terms)
		}
		area := map[string]int64{}
		read(t, db, func(tx storage.Tx) error {
			var rows []struct {
				BaselineClass string
				Area          int64
				Homes         int64
			}
			err := tx.DB().Table("estates").Select("baseline_class, CAST(sum(gross_area_c) AS BIGINT) AS area, CAST(sum(households) AS BIGINT) AS homes").Group("baseline_class").Scan(&rows).Error
			homes := int64(0)
			for _, r := range rows {
				area[r.BaselineClass] = r.Area
				homes += r.Homes
			}
			if homes != units {
				t.Errorf("%d households, %d units", homes, units)
			}
			return err
		})
		if area["professional"] != 115_200_000 || area["unit_compound"] != 28_080_000 || area["ownerless_building"] != 96_720_000 {
			t.Errorf("areas %v", area)
		}
		read(t, db, func(tx storage.Tx) error {
			var delivered []models.Date
			err := tx.DB().Table("buildings").Order("id").Limit(1).Pluck("delivered_on", &delivered).Error
			if len(delivered) != 1 || delivered[0] != "2011-08-12" {
				t.Errorf("a date of the workbook became %v", delivered)
			}
			return err
		})
		again, err := s.ImportRegister(t.Context(), centre, body, false)
		if err != nil || again.Created != (place.ImportCreated{}) || again.Updated != 0 || len(again.Errors) > 0 {
			t.Errorf("the same file again: %v %+v", err, again)
		}
		if count(t, db, "units") != units || count(t, db, "service_terms") != terms {
			t.Error("the same file again doubled something")
		}
	})
}

func TestImportUpdates(t *testing.T) {
	each(t, places.Options{}, func(t *testing.T, db *storage.DB, s *places.Store) {
		importing(t, s, village)
		changed := strings.NewReplacer("永安街1号", "永安街2号", "2400.00", "2500.00", "0379-06000001", "0379-06000007", ",1,11,3,", ",2,11,3,").Replace(village)
		report := importing(t, s, changed)
		if report.Created.Units != 33 || report.Created.Buildings != 0 || report.Updated != 4 {
			t.Errorf("%+v", report)
		}
		estate := estateNamed(t, s, "桃源")
		if estate.Address != "永安街2号" || estate.Households != 90 || estate.Contact.Phone24 != "0379-06000007" || len(estate.Terms) != 1 {
			t.Errorf("%+v", estate)
		}
		handed := strings.ReplaceAll(strings.ReplaceAll(changed, "甲物业", "丙物业"), "2020-01-01", "2026-11-01")
		importing(t, s, handed)
		if estate = estateNamed(t, s, "桃源"); estate.HandlingPartyName != "丙物业" || len(estate.Terms) != 2 {
			t.Errorf("%+v", estate.Terms)
		}
	})
}

// TestANewBodyIsNamed: who would answer for homes from now on is told before, beside the one that may have been meant.
func TestANewBodyIsNamed(t *testing.T) {
	each(t, places.Options{}, func(t *testing.T, _ *storage.DB, s *places.Store) {
		first := importing(t, s, village)
		if len(first.NewParties) == 0 || first.NewParties[0].Name != "甲物业" || first.NewParties[0].Near != "" {
			t.Fatalf("%+v", first.NewParties)
		}
		if again := importing(t, s, village); len(again.NewParties) != 0 {
			t.Errorf("the same again makes %+v", again.NewParties)
		}
		moved := strings.NewReplacer("2020-01-01", "2026-11-01")
		for name, near := range map[string]string{"甲物叶": "甲物业", "丙丁服务": ""} {
			file := moved.Replace(strings.ReplaceAll(village, "甲物业", name))
			report, err := s.ImportRegister(t.Context(), centre, []byte(file), true)
			if err != nil || len(report.NewParties) != 1 || report.NewParties[0].Name != name || report.NewParties[0].Near != near {
				t.Errorf("%s: %v %+v", name, err, report)
			}
		}
	})
}

// TestBrokenRegisters breaks one thing at a time. Every one is refused, at its row and column, and nothing is kept.
func TestBrokenRegisters(t *testing.T) {
	line := func(cells string) string { return village + cells + "\n" }
	replaced := func(old, new string) string { return strings.Replace(village, old, new, 1) }
	each(t, places.Options{}, func(t *testing.T, db *storage.DB, s *places.Store) {
		before := count(t, db, "divisions")
		for name, test := range map[string]struct {
			text   string
			row    int
			column string
			code   string
		}{
			"bad class":          {replaced("无主管楼房", "没人管的楼"), 4, "摸底类别", "import.bad_class"},
			"negative area":      {replaced("2400.00", "-2400.00"), 2, "建筑面积(㎡)", "import.bad_area"},
			"number in words":    {replaced("2400.00", "约2400平米"), 2, "建筑面积(㎡)", "import.not_a_number"},
			"count in words":     {replaced(",2,6,2,", ",2,6层,2,"), 2, "层数", "import.not_a_number"},
			"date serial":        {replaced("2400.00,2020-01-01", "2400.00,43831"), 2, "进驻日期", "import.date_serial"},
			"building twice":     {line("410308100901,桃林社区,桃源花园,有专业化物业管理小区,新建,专业物业,甲物业,0379-06000001,,永安街1号,12栋,1,11,3,3300.50,2020-01-01"), 5, "楼栋", "import.building_twice"},
			"community missing":  {line(",,某院,无主管楼房,老旧,无,,,,永安街8号,1号楼,1,4,2,640.00,"), 5, "社区名称", "import.community_missing"},
			"community unknown":  {line(",西游社区,某院,无主管楼房,老旧,无,,,,永安街8号,1号楼,1,4,2,640.00,"), 5, "社区名称", "import.community_unknown"},
			"town unknown":       {line("410399100901,西游社区,某院,无主管楼房,老旧,无,,,,永安街8号,1号楼,1,4,2,640.00,"), 5, "社区代码", "import.town_unknown"},
			"another name":       {line("410308100901,西游社区,某院,无主管楼房,老旧,无,,,,永安街8号,1号楼,1,4,2,640.00,"), 5, "社区名称", "import.community_name_differs"},
			"party missing":      {line("410308100901,桃林社区,某院,后勤式管理家属院,老旧,单位自管,,,,永安街8号,1号楼,1,4,2,640.00,"), 5, "责任单位", "import.party_missing"},
			"estate in two ways": {replaced("甲物业,0379-06000001,0379-06000009,永安街1号,十二", "乙物业,0379-06000001,0379-06000009,永安街1号,十二"), 3, "责任单位", "import.estate_differs"},
			"two station phones": {line("410308100901,桃林社区,某院,无主管楼房,老旧,无,,,0379-06000008,永安街8号,1号楼,1,4,2,640.00,"), 5, "服务站电话", "import.station_phone_differs"},
		} {
			report, err := s.ImportRegister(t.Context(), centre, []byte(test.text), false)
			if err != nil || report.Committed {
				t.Errorf("%s: %v, committed %v", name, err, report.Committed)
				continue
			}
			if len(report.Errors) != 1 || report.Errors[0].Row != test.row || report.Errors[0].Column != test.column || report.Errors[0].Code != test.code {
				t.Errorf("%s: %+v", name, report.Errors)
			}
			if report.Accepted != report.Rows-1 {
				t.Errorf("%s: accepted %d of %d", name, report.Accepted, report.Rows)
			}
			if count(t, db, "divisions") != before || count(t, db, "estates") != 0 {
				t.Fatalf("%s: something was kept", name)
			}
		}
	})
}

func TestImportAgainstWhatIsThere(t *testing.T) {
	each(t, places.Options{}, func(t *testing.T, db *storage.DB, s *places.Store) {
		importing(t, s, village)
		for name, test := range map[string]struct{ old, new, code string }{
			"class is frozen":     {"无主管楼房", "后勤式管理家属院", "import.class_frozen"},
			"homes would vanish":  {"永安街9号,1号楼,1,4,2", "永安街9号,1号楼,1,3,2", "import.homes_would_vanish"},
			"party of a past day": {"甲物业", "丙物业", "service_term.overlap"},
		} {
			report, err := s.ImportRegister(t.Context(), centre, []byte(strings.ReplaceAll(village, test.old, test.new)), false)
			if err != nil || report.Committed || len(report.Errors) == 0 || report.Errors[0].Code != test.code {
				t.Errorf("%s: %v %+v", name, err, report)
			}
		}
	})
}

// A service that is planned stands in the way of one without an end: the row is refused by the database's own constraint, and the rows
// after it are looked at all the same.
func TestARowAgainstAPlannedService(t *testing.T) {
	each(t, places.Options{}, func(t *testing.T, db *storage.DB, s *places.Store) {
		importing(t, s, village+"410308100901,桃林社区,柳园,有专业化物业管理小区,新建,专业物业,乙物业,,,永安街3号,1号楼,1,4,2,640.00,2020-01-01\n")
		planned := place.NewTerm{HandlingPartyID: estateNamed(t, s, "柳园").Contact.HandlingPartyID, ServiceMode: place.ModeProfessional, ValidFrom: "2030-01-01"}
		if _, err := s.SetServiceTerm(t.Context(), centre, estateNamed(t, s, "桃源").ID, planned); err != nil {
			t.Fatal(err)
		}
		text := strings.ReplaceAll(strings.ReplaceAll(village, "甲物业", "丙物业"), "2020-01-01", "2026-01-01") // its term would run over the planned one
		text = strings.ReplaceAll(text, "永安街9号,1号楼,1,4,2", "永安街9号,1号楼,1,3,2")
		report, err := s.ImportRegister(t.Context(), centre, []byte(text), false)
		var codes []string
		for _, e := range report.Errors {
			codes = append(codes, e.Code)
		}
		if err != nil || report.Committed || !slices.Contains(codes, "service_term.overlap") || !slices.Contains(codes, "import.homes_would_vanish") {
			t.Errorf("%v, %v, %+v", err, codes, report)
		}
	})
}

// TestAllThatIsWrongIsToldAtOnce: a missing heading, cells that cannot be read, and what does not fit what is stored come in one
// round, each with the value that stands there.
func TestAllThatIsWrongIsToldAtOnce(t *testing.T) {
	each(t, places.Options{}, func(t *testing.T, _ *storage.DB, s *places.Store) {
		importing(t, s, village)
		text := strings.Replace(village, "无主管楼房", "后勤式管理家属院", 1)                                 // row 4: the class is frozen
		text = strings.Replace(text, ",1,4,2,", ",1,四层半\u202e"+strings.Repeat("高", 60)+",2,", 1) // and its floors cannot be read
		text += ",西游社区,某院,无主管楼房,老旧,无,,,,永安街8号,1号楼,1,4,2,-6,\n"                                   // row 5: nobody knows the community, and its area is none
		text = strings.Replace(text, "单元数", "几个门", 1)                                            // and one heading is missing
		report, err := s.ImportRegister(t.Context(), centre, []byte(text), true)
		if err != nil {
			t.Fatal(err)
		}
		var told []string
		for _, e := range report.Errors {
			told = append(told, fmt.Sprintf("%d %s %s %s", e.Row, e.Column, e.Code, e.Value))
		}
		want := []string{
			"1 单元数 import.heading_missing ",
			"4 层数 import.too_long 四层半" + strings.Repeat("高", 37) + "…",
			"4 摸底类别 import.class_frozen 后勤式管理家属院",
			"5 建筑面积(㎡) import.bad_area -6",
			"5 社区名称 import.community_unknown 西游社区",
		}
		if !slices.Equal(told, want) || report.Accepted != 0 {
			t.Errorf("%q\nwant %q, accepted %d", told, want, report.Accepted)
		}
	})
}

func TestFilesThatAreNoRegister(t *testing.T) {
	each(t, places.Options{}, func(t *testing.T, _ *storage.DB, s *places.Store) {
		for name, test := range map[string]struct{ text, code string }{
			"no byte":          {"", "import.empty"},
			"empty":            {" \n", "import.empty"},
			"headings alone":   {strings.SplitAfter(village, "\n")[0], "import.no_rows"},
			"empty rows":       {strings.SplitAfter(village, "\n")[0] + ",,,\n , ,\n", "import.no_rows"},
			"empty workbook":   {emptyWorkbook(t), "import.empty"},
			"a print":          {"%PDF-1.7\n1 0 obj", "import.is_pdf"},
			"a document":       {zipOf(t, "word/document.xml"), "import.no_workbook"},
			"packed":           {"\x1f\x8b\x08\x00\x00\x00\x00\x00", "import.no_sheet"},
			"a second picture": {"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "import.is_picture"},
			"other bytes":      {"\x00\x01\x02\xff\xfe", "import.unknown_encoding"},
			"old workbook":     {"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 and more", "import.old_excel"},
			"broken workbook":  {"PK\x03\x04 and no more", "import.broken_workbook"},
			"other headings":   {"a,b,c\n1,2,3\n", "import.headings_missing"},
			"quote not closed": {village + "\"410308", "import.broken_csv"},
			"a picture":        {"\xff\xd8\xff\xe0\x00\x10JFIF\x00", "import.is_picture"},
		} {
			_, err := s.ImportRegister(t.Context(), centre, []byte(test.text), true)
			if models.CodeOf(err) != test.code {
				t.Errorf("%s: got %v, want %s", name, err, test.code)
			}
		}
		_, err := s.ImportRegister(t.Context(), actorWith(7, models.OperatorManager, models.ScopeHandlingParty, 1), []byte(village), true)
		wantCode(t, err, "import.denied")
	})
}

func emptyWorkbook(t *testing.T) string {
	t.Helper()
	var file bytes.Buffer
	if err := excelize.NewFile().Write(&file); err != nil {
		t.Fatal(err)
	}
	return file.String()
}

func zipOf(t *testing.T, name string) string {
	t.Helper()
	var file bytes.Buffer
	packed := zip.NewWriter(&file)
	if _, err := packed.Create(name); err != nil {
		t.Fatal(err)
	}
	if err := packed.Close(); err != nil {
		t.Fatal(err)
	}
	return file.String()
}

func TestEncodings(t *testing.T) {
	gb, err := simplifiedchinese.GB18030.NewEncoder().String(village)
	if err != nil {
		t.Fatal(err)
	}
	each(t, places.Options{}, func(t *testing.T, _ *storage.DB, s *places.Store) {
		for name, text := range map[string]string{
			"with the mark": "\ufeff" + village, "GB18030": gb, "semicolons": strings.ReplaceAll(village, ",", ";"),
			"tabs": strings.ReplaceAll(village, ",", "\t"), "a title above": "孟津县物业登记表,,\n" + village, "blank lines": strings.ReplaceAll(village, "\n", "\r\n\r\n"),
		} {
			report, err := s.ImportRegister(t.Context(), centre, []byte(text), true)
			if err != nil || report.Rows != 3 || len(report.Errors) > 0 || report.Created.Estates != 2 {
				t.Errorf("%s: %v %+v", name, err, report)
			}
		}
	})
}

func TestTemplateCanBeFilledIn(t *testing.T) {
	each(t, places.Options{}, func(t *testing.T, _ *storage.DB, s *places.Store) {
		for _, format := range []string{"csv", "xlsx"} {
			body, err := s.RegisterTemplate(format)
			if err != nil {
				t.Fatal(err)
			}
			_, err = s.ImportRegister(t.Context(), centre, body, true)
			wantCode(t, err, "import.no_rows") // its headings are right, and its example is no row
		}
		_, err := s.RegisterTemplate("doc")
		wantCode(t, err, "import.unknown_format")
	})
}

func TestWorkbookOfOurOwnIsTakenBack(t *testing.T) {
	each(t, places.Options{}, func(t *testing.T, _ *storage.DB, s *places.Store) {
		row := place.Example()
		row.CommunityCode, row.CommunityName, row.EstateName = "410308100901", "桃林社区", "=1+1花园"
		var file bytes.Buffer
		if err := places.WriteXLSX(&file, [][]string{place.Headings(), row.Cells()}); err != nil {
			t.Fatal(err)
		}
		report, err := s.ImportRegister(t.Context(), centre, file.Bytes(), false)
		if err != nil || !report.Committed {
			t.Fatalf("%v %+v", err, report)
		}
		if estate := estateNamed(t, s, "花园"); estate.Name != "=1+1花园" {
			t.Errorf("got %q", estate.Name)
		}
	})
}

// Whoever writes a row need not think of it: the two writers make every cell safe.
func TestNoCellThatWeWriteIsAFormula(t *testing.T) {
	hostile := []string{"=HYPERLINK(\"http://evil.example\",\"x\")", "+1", "-1", "@SUM(A1)", "＝1+1", "\t=1", "\r=1", "\x00=1", " =1", "a\"b,c\r\nd"}
	rows := [][]string{place.Headings(), hostile}
	signs := regexp.MustCompile("^[\\s\\x00]*[=+\\-@＝＋－＠]")

	var text bytes.Buffer
	if err := places.WriteCSV(&text, rows); err != nil {
		t.Fatal(err)
	}
	reader := csv.NewReader(strings.NewReader(strings.TrimPrefix(text.String(), "\ufeff")))
	reader.FieldsPerRecord = -1
	lines, err := reader.ReadAll() // RFC 4180: quotes, commas and line ends come back
	if err != nil || len(lines) != 2 {
		t.Fatal(len(lines), err)
	}
	for i, cell := range lines[1] {
		if signs.MatchString(cell) {
			t.Errorf("%q became %q", hostile[i], cell)
		}
	}
	if last := lines[1][len(hostile)-1]; last != "a\"b,c\nd" { // the reader gives line ends as \n
		t.Errorf("%q", last)
	}
	for i, cell := range hostile[:len(hostile)-1] {
		if !signs.MatchString(cell) {
			t.Errorf("the test would not see %d: %q", i, cell)
		}
	}

	var book bytes.Buffer
	if err := places.WriteXLSX(&book, rows); err != nil {
		t.Fatal(err)
	}
	file, err := excelize.OpenReader(&book)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	sheet := file.GetSheetName(0)
	for i := range hostile {
		name, _ := excelize.CoordinatesToCellName(i+1, 2)
		cell, err := file.GetCellValue(sheet, name)
		formula, _ := file.GetCellFormula(sheet, name)
		if kind, _ := file.GetCellType(sheet, name); err != nil || formula != "" || signs.MatchString(cell) || kind != excelize.CellTypeInlineString {
			t.Errorf("%s: %q, formula %q, kind %v, %v", name, cell, formula, kind, err)
		}
	}
}

var update = flag.Bool("update", false, "write the committed template again")

// TestTemplateInTheDocs keeps the committed template equal to the one that the program gives out.
func TestTemplateInTheDocs(t *testing.T) {
	const file = "../../docs/register-template/register.csv"
	want, err := places.New(nil, places.Options{}).RegisterTemplate("csv")
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(file, want, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := os.ReadFile(file); err != nil || !bytes.Equal(got, want) {
		t.Errorf("%s is not the template any more (%v); go test ./storage/place -run TemplateInTheDocs -update", file, err)
	}
	about, err := os.ReadFile("../../docs/register-template/README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, heading := range place.Headings() {
		if !strings.Contains(string(about), heading) {
			t.Errorf("the README does not tell of %s", heading)
		}
	}
}
