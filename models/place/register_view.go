package place

import (
	"fmt"
	"strconv"
)

// ImportReport is what an import found and did. Either every row was taken or none.
type ImportReport struct {
	Rows     int           `json:"rows"`
	Accepted int           `json:"accepted"` // rows without an error
	Created  ImportCreated `json:"created"`
	Updated  int           `json:"updated"` // estates and buildings that were there and changed
	// NewParties are the bodies that the rows name and nobody knew, in their order: each will answer for somebody's home. At most a hundred are listed.
	NewParties []NewParty `json:"new_parties,omitempty"`
	Errors     []RowError `json:"errors"`
	More       int        `json:"more_errors,omitempty"` // errors beyond those listed
	Committed  bool       `json:"committed"`
}

// ImportCreated counts what an import added.
type ImportCreated struct {
	Communities int `json:"communities"`
	Estates     int `json:"estates"`
	Buildings   int `json:"buildings"`
	Units       int `json:"units"`
}

// NewParty is a body that an import makes. Near is the name of one of its kind that was there before and differs by one sign:
// the same, mistyped, more often than not.
type NewParty struct {
	Row  int    `json:"row"`
	Name string `json:"name"`
	Near string `json:"near,omitempty" doc:"a body that is there already, whose name differs by one sign"`
}

// NearName reports whether two different names differ by one sign: another one, one more, or one less.
func NearName(a, b string) bool {
	x, y := []rune(a), []rune(b)
	for len(x) > 0 && len(y) > 0 && x[0] == y[0] {
		x, y = x[1:], y[1:]
	}
	for len(x) > 0 && len(y) > 0 && x[len(x)-1] == y[len(y)-1] {
		x, y = x[:len(x)-1], y[:len(y)-1]
	}
	return len(x) <= 1 && len(y) <= 1 && len(x)+len(y) > 0
}

// Headings are the headings of the template, in its order.
func Headings() []string {
	headings := make([]string, len(RegisterColumns))
	for i, c := range RegisterColumns {
		headings[i] = c.Heading
	}
	return headings
}

// Cells gives the row back in the words of the template, one cell a column, safe to open in a spreadsheet.
func (r RegisterRow) Cells() []string {
	byField := r.byField()
	cells := make([]string, len(RegisterColumns))
	for i, c := range RegisterColumns {
		cells[i] = SheetText(byField[c.Field])
	}
	return cells
}

func (r RegisterRow) byField() map[string]string {
	lift := "无"
	if r.Lift {
		lift = "有"
	}
	return map[string]string{
		"community_code": r.CommunityCode, "community_name": r.CommunityName,
		"estate_code": r.EstateCode, "estate_name": r.EstateName,
		"baseline_class": classNames[r.BaselineClass], "age_class": ageNames[r.AgeClass], "package_name": r.PackageName,
		"service_mode": modeNames[r.ServiceMode], "party_code": r.PartyCode, "party_name": r.PartyName,
		"project_lead": r.ProjectLead, "phone24": r.Phone24, "station_phone": r.StationPhone, "entered_on": string(r.EnteredOn), "address": r.Address,
		"building_name": r.BuildingName, "entrances": strconv.FormatInt(r.Entrances, 10), "floors": strconv.FormatInt(r.Floors, 10),
		"homes_per_floor": strconv.FormatInt(r.HomesPerFloor, 10), "gross_area_c": Metres(r.GrossAreaC),
		"delivered_on": string(r.DeliveredOn), "lift": lift, "developer_name": r.DeveloperName, "developer_phone": r.DeveloperPhone,
	}
}

// Metres writes hundredths of a square metre as square metres: 255215 is "2552.15".
func Metres(areaC int64) string { return fmt.Sprintf("%d.%02d", areaC/100, areaC%100) }

var (
	classNames = map[BaselineClass]string{ClassProfessional: "有专业化物业管理小区", ClassUnitCompound: "后勤式管理家属院", ClassOwnerless: "无主管楼房"}
	ageNames   = map[AgeClass]string{AgeNew: "新建", AgeOld: "老旧"}
	modeNames  = map[ServiceMode]string{
		ModeProfessional: "专业物业", ModeOwnerSelfGoverned: "业主自治", ModeUnitSelfManaged: "单位自管", ModeCommunityTrusteeship: "社区托管", ModeNone: "无",
	}
)

// Example is the row that stands in the template to show how a row looks; an import skips it.
func Example() RegisterRow {
	return RegisterRow{
		CommunityName: "（示例，导入时跳过）", EstateName: "示例小区", BaselineClass: ClassProfessional, AgeClass: AgeNew,
		ServiceMode: ModeProfessional, PartyName: "示例物业服务有限公司", ProjectLead: "张某某", Phone24: "0379-12345678",
		EnteredOn: "2019-10-01", Address: "示例路1号", BuildingName: "1号楼", Entrances: 2, Floors: 6, HomesPerFloor: 2,
		GrossAreaC: 255215, DeliveredOn: "2012-06-30", Lift: false, DeveloperName: "示例置业有限公司", DeveloperPhone: "0379-12345679",
	}
}

// IsExample reports whether a row is the template's example.
func (r RegisterRow) IsExample() bool { return r.CommunityName == HalfWidth(Example().CommunityName) }
