package place

import (
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"linli/models"
)

func cells(changes ...string) map[string]string {
	c := map[string]string{
		"community_name": "桃林社区", "estate_name": "桃源小区", "baseline_class": "有专业化物业管理小区", "age_class": "新建",
		"service_mode": "专业物业", "party_name": "甲物业服务有限公司", "phone24": "0379-67900001", "building_name": "3号楼",
		"entrances": "2", "floors": "6", "homes_per_floor": "2", "gross_area_c": "2552.15", "delivered_on": "2012-06-30",
	}
	for i := 0; i+1 < len(changes); i += 2 {
		c[changes[i]] = changes[i+1]
	}
	return c
}

func TestParseRegisterRow(t *testing.T) {
	r, errs := ParseRegisterRow(2, cells(), false)
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	if r.GrossAreaC != 255215 || r.Households() != 24 || r.BaselineClass != ClassProfessional || r.DeliveredOn != "2012-06-30" {
		t.Errorf("%+v", r)
	}
	again, errs := ParseRegisterRow(2, r.byField(), false)
	again.Raw, r.Raw = nil, nil
	if len(errs) > 0 || !reflect.DeepEqual(again, r) {
		t.Errorf("written and read again: %+v %v", again, errs)
	}
}

func TestRowErrors(t *testing.T) {
	for name, test := range map[string]struct {
		cells   map[string]string
		serials bool
		want    []string // column:code
	}{
		"full-width digits are digits":   {cells("entrances", "２", "gross_area_c", "２５５２．１５"), false, nil},
		"a number with a thousands sign": {cells("gross_area_c", "12,552.15"), false, nil},
		"a binary tail is the same area": {cells("gross_area_c", "2552.1500000000001"), false, nil},
		"a whole float is a count":       {cells("floors", "6.0"), false, nil},
		"our own apostrophe":             {cells("estate_name", "'=桃源"), false, nil},
		"date serial in a workbook":      {cells("delivered_on", "41090"), true, nil},
		"date serial in a CSV":           {cells("delivered_on", "41090"), false, []string{"交付日期:import.date_serial"}},
		"bad class":                      {cells("baseline_class", "高档小区"), false, []string{"摸底类别:import.bad_class"}},
		"no class":                       {cells("baseline_class", ""), false, []string{"摸底类别:import.bad_class"}},
		"negative area":                  {cells("gross_area_c", "-2552"), false, []string{"建筑面积(㎡):import.bad_area"}},
		"no area":                        {cells("gross_area_c", "0"), false, []string{"建筑面积(㎡):import.bad_area"}},
		"area too fine":                  {cells("gross_area_c", "2552.157"), false, []string{"建筑面积(㎡):import.area_too_fine"}},
		"area with words":                {cells("gross_area_c", "约2552平方"), false, []string{"建筑面积(㎡):import.not_a_number"}},
		"huge exponent":                  {cells("gross_area_c", "1e999999999"), false, []string{"建筑面积(㎡):import.not_a_number"}},
		"a fraction":                     {cells("gross_area_c", "5105/2"), false, []string{"建筑面积(㎡):import.not_a_number"}},
		"floors with words":              {cells("floors", "6层"), false, []string{"层数:import.not_a_number"}},
		"half a floor":                   {cells("floors", "6.5"), false, []string{"层数:import.not_a_number"}},
		"too many floors":                {cells("floors", "61"), false, []string{"层数:import.out_of_range"}},
		"no community":                   {cells("community_name", ""), false, []string{"社区名称:import.community_missing"}},
		"bad community code":             {cells("community_code", "41030810"), false, []string{"社区代码:import.bad_community_code"}},
		"no developer":                   {cells("developer_phone", "0379-12345678"), false, []string{"建设单位:import.developer_missing"}},
		"no party":                       {cells("party_name", ""), false, []string{"责任单位:import.party_missing"}},
		"no party needed":                {cells("party_name", "", "service_mode", "无"), false, nil},
		"bad date":                       {cells("delivered_on", "2012-02-30"), false, []string{"交付日期:import.bad_date"}},
		"date in words":                  {cells("delivered_on", "二〇一二年"), false, []string{"交付日期:import.bad_date"}},
		"age unknown":                    {cells("age_class", "", "delivered_on", ""), false, []string{"新旧:import.age_unknown"}},
		"bad phone":                      {cells("phone24", "电话待定"), false, []string{"服务电话:import.bad_phone"}},
		"package of a managed estate":    {cells("package_name", "东片"), false, []string{"打包名称:import.package_only_ownerless"}},
		"too long":                       {cells("estate_name", strings.Repeat("桃", 61)), false, []string{"小区名称:import.too_long"}},
		"a formula that failed":          {cells("estate_name", "#REF!"), false, []string{"小区名称:import.cell_error"}},
		"several at once":                {cells("baseline_class", "x", "floors", "x", "building_name", ""), false, []string{"摸底类别:import.bad_class", "层数:import.not_a_number", "楼栋:import.required"}},
	} {
		_, errs := ParseRegisterRow(7, test.cells, test.serials)
		var got []string
		for _, e := range errs {
			got = append(got, e.Column+":"+e.Code)
			if e.Row != 7 {
				t.Errorf("%s: row %d", name, e.Row)
			}
		}
		slices.Sort(got)
		slices.Sort(test.want)
		if !slices.Equal(got, test.want) {
			t.Errorf("%s: got %v, want %v", name, got, test.want)
		}
	}
}

func TestReadDate(t *testing.T) {
	for _, text := range []string{"2015-06-30", "2015/6/30", "2015.6.30", "2015年6月30日", "2015-06-30 00:00:00", "42185", "42185.5"} {
		if day, code := ReadDate(text, true); day != "2015-06-30" || code != "" {
			t.Errorf("%s: got %s %s", text, day, code)
		}
	}
	if day, _ := ReadDate("2015年6月", false); day != "2015-06-01" {
		t.Errorf("a month alone: got %s", day)
	}
	for _, text := range []string{"2015", "2015-13-01", "6/30/2015", "2015-6-30-1", "昨天", "420000"} {
		if day, code := ReadDate(text, true); code == "" {
			t.Errorf("%s: got %s", text, day)
		}
	}
}

func TestAgeFollowsFromDelivery(t *testing.T) {
	for day, want := range map[string]AgeClass{"2000-12-31": AgeOld, "2001-01-01": AgeNew} {
		if r, _ := ParseRegisterRow(2, cells("age_class", "", "delivered_on", day), false); r.AgeClass != want {
			t.Errorf("%s: got %s", day, r.AgeClass)
		}
	}
}

func TestCheckRegister(t *testing.T) {
	row := func(n int, changes ...string) RegisterRow {
		r, errs := ParseRegisterRow(n, cells(changes...), false)
		if len(errs) > 0 {
			t.Fatal(errs)
		}
		return r
	}
	good := []RegisterRow{row(2), row(3, "building_name", "4号楼"), row(4, "estate_name", "柳园小区")}
	if errs := CheckRegister(good); len(errs) > 0 {
		t.Error(errs)
	}
	twice := CheckRegister([]RegisterRow{row(2), row(3, "building_name", "三幢")})
	if len(twice) != 1 || twice[0].Code != "import.building_twice" || twice[0].Row != 3 || twice[0].Params["first_row"] != 2 {
		t.Errorf("a building written twice: %v", twice)
	}
	differs := CheckRegister([]RegisterRow{row(2), row(3, "building_name", "4号楼", "party_name", "乙物业")})
	if len(differs) != 1 || differs[0].Code != "import.estate_differs" || differs[0].Column != "责任单位" {
		t.Errorf("two parties: %v", differs)
	}
}

func TestHeadings(t *testing.T) {
	for heading, field := range map[string]string{"小区名称": "estate_name", "* 小区 名称": "estate_name", "建筑面积（㎡）": "gross_area_c", "幢号": "building_name"} {
		if c, ok := ColumnFor(heading); !ok || c.Field != field {
			t.Errorf("%s: got %v", heading, c.Field)
		}
	}
	if c, ok := ColumnFor("备注"); ok {
		t.Errorf("备注 is no column of ours, got %s", c.Field)
	}
	fields := slices.Sorted(maps.Keys(RegisterRow{}.byField()))
	var columns []string
	for _, c := range RegisterColumns {
		columns = append(columns, c.Field)
	}
	slices.Sort(columns)
	if !slices.Equal(fields, columns) {
		t.Errorf("written %v, read %v", fields, columns)
	}
}

func TestSheetText(t *testing.T) {
	for text, want := range map[string]string{
		"=1+1": "'=1+1", "+8": "'+8", "-3": "'-3", "@x": "'@x", "＝1": "'＝1", "＋1": "'＋1", "－1": "'－1", "＠x": "'＠x",
		"\t=1": "'\t=1", "\r1": "'\r1", "\n1": "'\n1", "\x00=1": "'\x00=1", " =1": "' =1", "\u3000＝1": "'\u3000＝1", "\ufeff=1": "'\ufeff=1",
		"桃源": "桃源", "": "", " ": " ", "1-2": "1-2", "a=b": "a=b", "'=1": "'=1", "\xff": "\xff",
	} {
		if again := SheetText(want); again != want {
			t.Errorf("%q: a second time %q", want, again)
		}
		if got := SheetText(text); got != want {
			t.Errorf("%q: got %q", text, got)
		}
	}
}

func TestNames(t *testing.T) {
	if UnitName(5, 1) != "501" || UnitName(12, 3) != "1203" || UnitName(2, 11) != "211" {
		t.Error(UnitName(5, 1), UnitName(12, 3), UnitName(2, 11))
	}
	if code := EstateCode("410308100901", ClassOwnerless, 7); code != "410308100-901-30007" {
		t.Error(code)
	}
}

func TestPhone(t *testing.T) {
	for text, want := range map[string]string{"0379 67900001": "0379-67900001", "(0379)67900001": "0379-67900001", "０３７９－６７９００００１": "0379-67900001", "138 0000 0000": "13800000000", "95598": "95598", "400-820-8820": "400-820-8820"} {
		if got := CleanPhone(text); !Phone(got) || (got != want && got != strings.TrimPrefix(want, "-")) {
			t.Errorf("%s: got %q", text, got)
		}
	}
	for _, text := range []string{"", "待定", "12", "1380000000", "0379-123"} {
		if text != "12" && Phone(text) {
			t.Errorf("%q is no number", text)
		}
	}
}

func TestAnswerable(t *testing.T) {
	terms := []ServiceTerm{
		{ID: 1, HandlingPartyID: 11, ServiceMode: ModeProfessional, ValidFrom: "2020-01-01", ValidTo: "2021-01-01"},
		{ID: 2, HandlingPartyID: 12, ServiceMode: ModeOwnerSelfGoverned, ValidFrom: "2021-03-01"},
	}
	for day, want := range map[models.Date]int64{"2019-12-31": 99, "2020-01-01": 11, "2020-12-31": 11, "2021-01-01": 99, "2021-03-01": 12, "2030-01-01": 12} {
		if party, mode := Answerable(RunningOn(terms, day), 99); party != want || (want == 99) != (mode == ModeNone) {
			t.Errorf("%s: got %d %s", day, party, mode)
		}
	}
}

func TestScoreUnit(t *testing.T) {
	pack := int64(7)
	for name, test := range map[string]struct {
		estate Estate
		kind   UnitKind
		id     int64
	}{
		"estate":          {Estate{ID: 1, BaselineClass: ClassProfessional, CommunityID: 3}, UnitEstate, 1},
		"compound":        {Estate{ID: 1, BaselineClass: ClassUnitCompound, CommunityID: 3}, UnitEstate, 1},
		"packed building": {Estate{ID: 1, BaselineClass: ClassOwnerless, CommunityID: 3, ServicePackageID: &pack}, UnitServicePackage, 7},
		"lone building":   {Estate{ID: 1, BaselineClass: ClassOwnerless, CommunityID: 3}, UnitCommunity, 3},
	} {
		if kind, id := test.estate.ScoreUnit(); kind != test.kind || id != test.id {
			t.Errorf("%s: got %s %d", name, kind, id)
		}
	}
}

func TestNewTermCheck(t *testing.T) {
	operator := HandlingParty{ID: 1, Kind: PartyOperator}
	station := HandlingParty{ID: 9, Kind: PartyServiceStation}
	term := NewTerm{ServiceMode: ModeProfessional, ValidFrom: "2026-01-01"}
	for name, test := range map[string]struct {
		term  NewTerm
		party HandlingParty
		want  string
	}{
		"operator takes over":       {term, operator, ""},
		"station is no operator":    {term, station, "service_term.party_does_not_fit"},
		"trusteeship":               {NewTerm{ServiceMode: ModeCommunityTrusteeship, ValidFrom: "2026-01-01"}, station, ""},
		"somebody else's station":   {NewTerm{ServiceMode: ModeCommunityTrusteeship, ValidFrom: "2026-01-01"}, HandlingParty{ID: 8, Kind: PartyServiceStation}, "service_term.not_own_station"},
		"a mode that is none":       {NewTerm{ServiceMode: "magic", ValidFrom: "2026-01-01"}, operator, "service_term.unknown_mode"},
		"a day that is none":        {NewTerm{ServiceMode: ModeProfessional, ValidFrom: "2026-02-30"}, operator, "request.bad_date"},
		"a number nobody can call":  {NewTerm{ServiceMode: ModeProfessional, ValidFrom: "2026-01-01", Phone24: "abc"}, operator, "request.bad_phone"},
		"an operator in no service": {NewTerm{ServiceMode: ModeNone, ValidFrom: "2026-01-01"}, operator, "service_term.party_does_not_fit"},
	} {
		err := test.term.Check(test.party, 9)
		if got := models.CodeOf(err); (err == nil) != (test.want == "") || err != nil && got != test.want {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func TestCodeOn(t *testing.T) {
	codes := []DivisionCode{{Code: "410322", Name: "孟津县", ValidTo: "2021-04-01"}, {Code: "410308", Name: "孟津区", ValidFrom: "2021-04-01"}}
	for day, want := range map[models.Date]string{"2019-08-01": "410322", "2021-03-31": "410322", "2021-04-01": "410308", "2026-01-01": "410308"} {
		if got, ok := CodeOn(codes, day); !ok || got.Code != want {
			t.Errorf("%s: got %s", day, got.Code)
		}
	}
}

func TestNearName(t *testing.T) {
	for _, c := range []struct {
		a, b string
		near bool
	}{
		{"青禾家园物业", "青禾家圆物业", true},
		{"青禾家园物业", "青禾家园物业", false},
		{"青禾家园物业", "青禾家园物业部", true},
		{"青禾家园物业", "禾家园物业", true},
		{"青禾家园物业", "青禾园家物业", false},
		{"青禾家园物业", "绿城物业", false},
		{"", "业", true},
		{"啊啊", "啊", true},
	} {
		if NearName(c.a, c.b) != c.near || NearName(c.b, c.a) != c.near {
			t.Errorf("%q and %q: want %v", c.a, c.b, c.near)
		}
	}
}
