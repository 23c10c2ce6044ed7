package place

import (
	"slices"
	"strings"
	"unicode"

	"linli/models"
)

// Column is one column of the register's sheet: its heading and other headings that are taken for it.
type Column struct {
	Field   string // name of the RegisterRow field, for the code below
	Heading string
	Also    []string
	Needed  bool // the heading must be there; whether a cell may be empty is said by the row's rules
}

// RegisterColumns are the columns of the register (登记造册, P1-4), one row a building, in the order of the template.
var RegisterColumns = []Column{
	{Field: "community_code", Heading: "社区代码", Also: []string{"社区编码"}},
	{Field: "community_name", Heading: "社区名称", Also: []string{"社区", "所属社区"}, Needed: true},
	{Field: "estate_code", Heading: "小区编号", Also: []string{"小区代码", "小区编码"}},
	{Field: "estate_name", Heading: "小区名称", Also: []string{"小区", "小区（楼院）名称", "小区(楼院)名称"}, Needed: true},
	{Field: "baseline_class", Heading: "摸底类别", Also: []string{"类别", "三类"}, Needed: true},
	{Field: "age_class", Heading: "新旧", Also: []string{"新旧类别"}},
	{Field: "package_name", Heading: "打包名称", Also: []string{"整体打包"}},
	{Field: "service_mode", Heading: "服务方式", Also: []string{"管理方式"}, Needed: true},
	{Field: "party_code", Heading: "责任单位代码", Also: []string{"统一社会信用代码"}},
	{Field: "party_name", Heading: "责任单位", Also: []string{"物业公司", "管理单位"}},
	{Field: "project_lead", Heading: "项目负责人", Also: []string{"负责人"}},
	{Field: "phone24", Heading: "服务电话", Also: []string{"24小时电话", "24小时服务电话"}},
	{Field: "station_phone", Heading: "服务站电话", Also: []string{"社区服务站电话"}},
	{Field: "entered_on", Heading: "进驻日期"},
	{Field: "address", Heading: "地址", Also: []string{"坐落"}},
	{Field: "building_name", Heading: "楼栋", Also: []string{"楼号", "幢号", "楼栋名称"}, Needed: true},
	{Field: "entrances", Heading: "单元数", Needed: true},
	{Field: "floors", Heading: "层数", Also: []string{"楼层数"}, Needed: true},
	{Field: "homes_per_floor", Heading: "每单元每层户数", Also: []string{"每层户数"}, Needed: true},
	{Field: "gross_area_c", Heading: "建筑面积(㎡)", Also: []string{"建筑面积", "建筑面积(平方米)", "建筑面积（㎡）"}, Needed: true},
	{Field: "delivered_on", Heading: "交付日期", Also: []string{"竣工日期", "建成日期"}},
	{Field: "lift", Heading: "电梯", Also: []string{"有无电梯"}},
	{Field: "developer_name", Heading: "建设单位", Also: []string{"开发商", "开发建设单位"}},
	{Field: "developer_phone", Heading: "建设单位电话", Also: []string{"开发商电话"}},
}

// Heading is the heading of a field, for messages.
func Heading(field string) string {
	i := slices.IndexFunc(RegisterColumns, func(c Column) bool { return c.Field == field })
	if i < 0 {
		return field
	}
	return RegisterColumns[i].Heading
}

// ColumnFor finds the column that a heading stands for. Blanks, full-width signs and a leading asterisk do not matter.
func ColumnFor(heading string) (Column, bool) {
	bare := bareHeading(heading)
	i := slices.IndexFunc(RegisterColumns, func(c Column) bool {
		return bare == bareHeading(c.Heading) || slices.ContainsFunc(c.Also, func(a string) bool { return bare == bareHeading(a) })
	})
	if i < 0 {
		return Column{}, false
	}
	return RegisterColumns[i], true
}

func bareHeading(heading string) string {
	return strings.TrimLeft(strings.ReplaceAll(HalfWidth(heading), " ", ""), "*")
}

// RowError is one thing wrong with one row. Row counts as the spreadsheet does: the headings stand in row 1. Value is what stands in
// the cell, cut to what a person needs to find it.
type RowError struct {
	Row    int            `json:"row"`
	Column string         `json:"column,omitempty"`
	Value  string         `json:"value,omitempty"`
	Code   string         `json:"code"`
	Params map[string]any `json:"params,omitempty"`
}

// RegisterRow is one building of the register, with what is said of its estate.
type RegisterRow struct {
	Row           int               // in the sheet
	Raw           map[string]string // by field, as they stand in the sheet
	Unread        map[string]bool   // fields whose cells could not be understood; they are empty here
	CommunityCode string
	CommunityName string
	EstateCode    string
	EstateName    string
	BaselineClass BaselineClass
	AgeClass      AgeClass
	PackageName   string
	ServiceMode   ServiceMode
	PartyCode     string
	PartyName     string
	ProjectLead   string
	Phone24       string
	StationPhone  string // of the community's service station, which answers where nobody else does
	EnteredOn     models.Date
	Address       string
	BuildingName  string
	Entrances     int64
	Floors        int64
	HomesPerFloor int64 // per entrance
	GrossAreaC    int64 // 0.01 m²
	DeliveredOn   models.Date
	Lift          bool
	// DeveloperName is who built the estate and answers for its quality and its parking spaces; empty where nobody knows, or where it is gone.
	DeveloperName  string
	DeveloperPhone string
}

// Households is how many homes the building has by its grid.
func (r RegisterRow) Households() int64 { return r.Entrances * r.Floors * r.HomesPerFloor }

// EstateKey is the same for all rows of one estate.
func (r RegisterRow) EstateKey() string {
	if r.EstateCode != "" {
		return "code:" + r.EstateCode
	}
	return "name:" + r.CommunityKey() + "/" + strings.ToLower(r.EstateName)
}

// CommunityKey is the same for all rows of one community.
func (r RegisterRow) CommunityKey() string {
	if r.CommunityCode != "" {
		return r.CommunityCode
	}
	return r.CommunityName
}

// Bounds of one building. A row beyond them is a slip of the pen.
const (
	MaxEntrances     = 30
	MaxFloors        = 60
	MaxHomesPerFloor = 40
	MaxHouseholds    = 2_000
	maxAreaC         = 50_000_000 // 500,000 m²
)

// NewEstatesFrom is the first delivery day that counts as new: what was built by the end of 2000 is old
// (国办发〔2020〕23号). It only fills an empty 新旧 cell.
const NewEstatesFrom models.Date = "2001-01-01"

// ParseRegisterRow reads the cells of one row by field name. dateSerials says that dates may stand as spreadsheet
// serial numbers, which only a workbook can mean; in a CSV such a number is a broken export and is refused.
// All that is wrong with the row is reported at once.
func ParseRegisterRow(row int, cells map[string]string, dateSerials bool) (RegisterRow, []RowError) {
	p := rowReader{row: row, cells: cells, dateSerials: dateSerials}
	r := RegisterRow{
		Row:           row,
		Raw:           cells,
		CommunityCode: p.text("community_code", 12),
		CommunityName: p.text("community_name", 40),
		EstateCode:    p.text("estate_code", 40),
		EstateName:    p.needed("estate_name", 60),
		PackageName:   p.text("package_name", 60),
		PartyCode:     p.text("party_code", 40),
		PartyName:     p.text("party_name", 80),
		ProjectLead:   p.text("project_lead", 40),
		Address:       p.text("address", 120),
		BuildingName:  p.needed("building_name", 40),
		Entrances:     p.count("entrances", 1, MaxEntrances),
		Floors:        p.count("floors", 1, MaxFloors),
		HomesPerFloor: p.count("homes_per_floor", 1, MaxHomesPerFloor),
		GrossAreaC:    p.area("gross_area_c"),
		DeliveredOn:   p.date("delivered_on"),
		EnteredOn:     p.date("entered_on"),
		Lift:          p.yes("lift"),
		DeveloperName: p.text("developer_name", 80),
	}
	r.BaselineClass = choose(&p, "baseline_class", classWords, "import.bad_class", true)
	r.ServiceMode = choose(&p, "service_mode", modeWords, "import.bad_service_mode", true)
	r.AgeClass = choose(&p, "age_class", ageWords, "import.bad_age", false)
	r.Phone24, r.StationPhone, r.DeveloperPhone = p.phone("phone24"), p.phone("station_phone"), p.phone("developer_phone")
	p.check(r)
	if r.AgeClass == "" && r.DeliveredOn != "" {
		r.AgeClass = AgeOld
		if r.DeliveredOn >= NewEstatesFrom {
			r.AgeClass = AgeNew
		}
	}
	r.Unread = p.unread
	return r, p.errors
}

// Wrong is an error about one cell of the row. figures are names and values for the sentence.
func (r RegisterRow) Wrong(field, code string, figures ...any) RowError {
	e := RowError{Row: r.Row, Column: Heading(field), Value: shownCell(r.Raw[field]), Code: code}
	for i := 0; i+1 < len(figures); i += 2 {
		if e.Params == nil {
			e.Params = map[string]any{}
		}
		e.Params[figures[i].(string)] = figures[i+1]
	}
	return e
}

// shownSigns is how many signs of a cell an error shows.
const shownSigns = 40

// shownCell is a cell as an error shows it: short, on one line, without signs that turn or hide what stands beside them.
func shownCell(cell string) string {
	signs := []rune(strings.TrimSpace(strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsGraphic(r):
			return r
		}
		return -1
	}, strings.ToValidUTF8(cell, ""))))
	if len(signs) > shownSigns {
		return string(signs[:shownSigns]) + "…"
	}
	return string(signs)
}

// check holds the rules between the cells of one row.
func (p *rowReader) check(r RegisterRow) {
	if r.CommunityCode == "" && r.CommunityName == "" {
		p.fail("community_name", "import.community_missing")
	}
	if r.CommunityCode != "" && !CommunityCode(r.CommunityCode) {
		p.fail("community_code", "import.bad_community_code")
	}
	if r.Households() > MaxHouseholds {
		p.fail("homes_per_floor", "import.too_many_homes", "homes", r.Households(), "limit", MaxHouseholds)
	}
	if r.AgeClass == "" && r.DeliveredOn == "" && !p.failed("age_class") && !p.failed("delivered_on") {
		p.fail("age_class", "import.age_unknown")
	}
	if r.ServiceMode.Managed() && r.PartyName == "" && r.PartyCode == "" {
		p.fail("party_name", "import.party_missing")
	}
	if r.DeveloperPhone != "" && r.DeveloperName == "" && !p.failed("developer_name") {
		p.fail("developer_name", "import.developer_missing")
	}
	if r.PackageName != "" && r.BaselineClass != "" && r.BaselineClass != ClassOwnerless {
		p.fail("package_name", "import.package_only_ownerless")
	}
}

var (
	classWords = map[string]BaselineClass{
		"professional": ClassProfessional, "有专业化物业管理小区": ClassProfessional, "专业化物业管理小区": ClassProfessional, "专业物业小区": ClassProfessional, "专业物业": ClassProfessional,
		"unit_compound": ClassUnitCompound, "后勤式管理家属院": ClassUnitCompound, "家属院": ClassUnitCompound, "单位家属院": ClassUnitCompound,
		"ownerless_building": ClassOwnerless, "无主管楼房": ClassOwnerless, "无主楼": ClassOwnerless,
	}
	ageWords  = map[string]AgeClass{"new": AgeNew, "新建": AgeNew, "新": AgeNew, "old": AgeOld, "老旧": AgeOld, "旧": AgeOld, "老": AgeOld}
	modeWords = map[string]ServiceMode{
		"professional": ModeProfessional, "专业物业": ModeProfessional, "专业化物业": ModeProfessional,
		"owner_self_governed": ModeOwnerSelfGoverned, "业主自治": ModeOwnerSelfGoverned,
		"unit_self_managed": ModeUnitSelfManaged, "单位自管": ModeUnitSelfManaged, "单位自管(后勤式)": ModeUnitSelfManaged, "后勤式": ModeUnitSelfManaged,
		"community_trusteeship": ModeCommunityTrusteeship, "社区托管": ModeCommunityTrusteeship,
		"none": ModeNone, "无": ModeNone,
	}
	yesWords = map[string]bool{"": false, "无": false, "否": false, "没有": false, "0": false, "有": true, "是": true, "1": true}
)
