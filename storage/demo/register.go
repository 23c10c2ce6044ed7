package demo

import (
	"fmt"

	"linli/models"
	"linli/models/place"
)

// The shape of the county by the plan: 549 units, shares of the area in 0.1 %.
const (
	professionalUnits = 45
	compoundUnits     = 125
	ownerlessUnits    = 379

	professionalShare = 480
	compoundShare     = 117
	ownerlessShare    = 403

	countyAreaC = 240_000_000 // 2.4 million m²
)

// demoCommunity is an invented community. Its code lies in a series that no real community uses.
type demoCommunity struct {
	code, name string
	streets    []string
}

var demoCommunities = []demoCommunity{
	{"410308100901", "桃林社区", []string{"永安街", "桃林巷"}},
	{"410308100902", "柳园社区", []string{"柳园路", "望河路"}},
	{"410308100903", "文峰社区", []string{"文峰路", "书院街"}},
	{"410308100904", "青云社区", []string{"青云路", "和顺街"}},
	{"410308100905", "北仓社区", []string{"北仓路", "丰泽街"}},
	{"410308100906", "麦香社区", []string{"麦香路", "景明巷"}},
	{"410308100907", "长宁社区", []string{"长宁路", "瑞禾街"}},
	{"410308100908", "槐荫社区", []string{"槐荫路", "安澜街"}},
	{"410308105901", "朝晖社区", []string{"朝晖路", "锦川街"}},
	{"410308105902", "东篱社区", []string{"东篱路", "雅集巷"}},
	{"410308105903", "石榴社区", []string{"石榴园路", "乐民街"}},
	{"410308105904", "云岭社区", []string{"云岭路", "松涛街"}},
	{"410308105905", "清溪社区", []string{"清溪路", "荷塘街"}},
	{"410308105906", "望嵩社区", []string{"望嵩路", "兴业巷"}},
}

// demoOperator is an invented property company. Care is how well it works, 0 … 100; the tickets show it.
type demoOperator struct {
	name string
	care int
}

var demoOperators = []demoOperator{
	{"禾木物业服务有限公司", 93},
	{"安澜物业服务有限公司", 90},
	{"拾光里物业管理有限公司", 84},
	{"青禾家园物业有限公司", 80},
	{"明德物业服务有限公司", 75},
	{"同心圆物业管理有限公司", 72},
	{"望岳物业服务有限公司", 66},
	{"锦程物业管理有限公司", 58},
	{"宏图物业服务有限公司", 42},
	{"捷达丰物业管理有限公司", 34},
}

var (
	estateFirst = []string{"桃源", "书香", "锦绣", "和谐", "翠湖", "金桂", "东方", "阳光", "紫荆", "碧水", "龙腾", "盛景", "御河", "嘉禾", "福满"}
	estateLast  = []string{"花园", "嘉苑", "新城"}
	developers  = []string{"锦绣河山置业有限公司", "东篱房地产开发有限公司", "万福建设开发有限公司"}
	ownerNames  = []string{
		"丰收农机厂", "前进化肥厂", "红星纺织厂", "曙光机械厂", "利民粮库", "金穗种子站", "长河水泥厂", "东风汽修厂", "新华印刷厂", "建新砖瓦厂",
		"向阳食品厂", "惠民供销社", "康宁医院", "启明中学", "育英小学", "春晖幼教集团", "平安运输队", "广源电器厂", "大众百货", "五洲商贸",
		"永丰面粉厂", "铁牛修配厂", "清泉水厂", "光华轴承厂", "振兴建筑队", "胜利木器厂", "朝阳服装厂", "和风邮电所", "绿原林场", "黄河渡口管理站",
	}
)

// Register is the whole register, one row a building, in the order of the communities. Areas add up exactly to the
// shares of the plan.
func Register() []place.RegisterRow {
	rows := append(professionalRows(), compoundRows()...)
	return append(rows, ownerlessRows()...)
}

// row begins a row with what all rows of a community share.
func row(n int) place.RegisterRow {
	c := demoCommunities[n%len(demoCommunities)]
	return place.RegisterRow{CommunityCode: c.code, CommunityName: c.name, StationPhone: demoPhone(8000 + n%len(demoCommunities))}
}

func streetOf(r place.RegisterRow, n int) string {
	for _, c := range demoCommunities {
		if c.code == r.CommunityCode {
			return c.streets[n%len(c.streets)]
		}
	}
	return ""
}

// demoPhone is a number that cannot ring anywhere: no number of an exchange begins with 0.
func demoPhone(n int) string { return fmt.Sprintf("0379-0600%04d", n) }

func professionalRows() []place.RegisterRow {
	var rows []place.RegisterRow
	for n := range professionalUnits {
		c := chanceFor("professional", n)
		r := row(n)
		r.EstateName = estateFirst[n%len(estateFirst)] + estateLast[n/len(estateFirst)]
		r.BaselineClass, r.AgeClass = place.ClassProfessional, place.AgeNew
		r.ServiceMode, r.PartyName = place.ModeProfessional, demoOperators[operatorOf(n)].name
		r.Phone24, r.ProjectLead = demoPhone(100+operatorOf(n)), personName(c)
		r.Address = fmt.Sprintf("%s%d号", streetOf(r, n), c.between(10, 198))
		r.DeliveredOn = day(c, 2004, 2018)
		r.EnteredOn = day(c, 2019, 2023)
		if n%4 != 3 { // of the rest nobody knows who built it, or it is gone
			r.DeveloperName, r.DeveloperPhone = developers[n%len(developers)], demoPhone(350+n%len(developers))
		}
		switch n {
		case 17: // the owners run it themselves
			r.ServiceMode, r.PartyName, r.Phone24 = place.ModeOwnerSelfGoverned, r.EstateName+"业主自治管理委员会", demoPhone(300)
		case 31, 44: // the company left; the community holds it
			r.ServiceMode, r.PartyName, r.Phone24, r.ProjectLead = place.ModeCommunityTrusteeship, "", "", ""
		}
		rows = append(rows, blocks(c, r, c.between(4, 9))...)
	}
	return scaled(rows, professionalShare)
}

// operatorOf spreads the estates over the companies: the careful ones hold more.
func operatorOf(n int) int {
	return []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1, 2, 3, 4, 5, 6, 0, 1, 8}[n%20]
}

// blocks makes the buildings of a professional estate: walk-ups, and towers in some.
func blocks(c chance, r place.RegisterRow, count int) []place.RegisterRow {
	var rows []place.RegisterRow
	towers := c.often(35)
	for i := range count {
		b := r
		b.BuildingName = fmt.Sprintf("%d号楼", i+1)
		b.Entrances, b.Floors, b.HomesPerFloor = int64(c.between(2, 4)), 6, 2
		if towers && i%2 == 1 {
			b.Entrances, b.Floors, b.HomesPerFloor, b.Lift = int64(c.between(1, 2)), int64(c.between(11, 18)), 3, true
		}
		b.GrossAreaC = b.Households() * int64(c.between(9_500, 13_000))
		rows = append(rows, b)
	}
	return rows
}

func compoundRows() []place.RegisterRow {
	var rows []place.RegisterRow
	for n := range compoundUnits {
		c := chanceFor("compound", n)
		r := row(n)
		owner := ownerNames[n%len(ownerNames)]
		r.EstateName = owner + []string{"家属院", "东家属院", "西家属院", "南家属院", "北家属院"}[n/len(ownerNames)]
		r.BaselineClass, r.AgeClass = place.ClassUnitCompound, place.AgeOld
		r.Address = fmt.Sprintf("%s%d号", streetOf(r, n), c.between(10, 198))
		r.DeliveredOn, r.EnteredOn = day(c, 1983, 2000), day(c, 2019, 2024)
		switch {
		case n%10 < 6:
			r.ServiceMode, r.PartyName, r.Phone24 = place.ModeUnitSelfManaged, owner, demoPhone(400+n%len(ownerNames))
		case n%10 == 6 || n%10 == 7:
			company := []int{3, 4, 5, 6, 7, 9}[n%6]
			r.ServiceMode, r.PartyName, r.Phone24 = place.ModeProfessional, demoOperators[company].name, demoPhone(100+company)
		case n%10 == 8:
			r.ServiceMode, r.PartyName, r.Phone24 = place.ModeOwnerSelfGoverned, r.EstateName+"自管小组", demoPhone(500+n)
		case n%20 == 9:
			r.ServiceMode = place.ModeCommunityTrusteeship
		default:
			r.ServiceMode, r.EnteredOn = place.ModeNone, ""
		}
		for i := range 1 + c.IntN(2)*c.IntN(2) {
			b := r
			b.BuildingName = fmt.Sprintf("%d号楼", i+1)
			b.Entrances, b.Floors, b.HomesPerFloor = int64(c.between(1, 3)), int64(c.between(4, 6)), 2
			b.GrossAreaC = b.Households() * int64(c.between(6_500, 9_000))
			rows = append(rows, b)
		}
	}
	return scaled(rows, compoundShare)
}

func ownerlessRows() []place.RegisterRow {
	var rows []place.RegisterRow
	numbers := map[string]int{}
	for n := range ownerlessUnits {
		c := chanceFor("ownerless", n)
		r := row(n)
		street := streetOf(r, n/len(demoCommunities))
		numbers[street] += c.between(1, 4)
		r.EstateName = fmt.Sprintf("%s%d号院", street, numbers[street])
		r.Address = fmt.Sprintf("%s%d号", street, numbers[street])
		r.BaselineClass, r.AgeClass = place.ClassOwnerless, place.AgeOld
		r.DeliveredOn, r.EnteredOn = day(c, 1979, 2000), day(c, 2020, 2024)
		ownerlessService(&r, n, street)
		r.BuildingName = "1号楼"
		r.Entrances, r.Floors, r.HomesPerFloor = int64(c.between(1, 4)), int64(c.between(4, 6)), 2
		r.GrossAreaC = r.Households() * int64(c.between(6_500, 9_000))
		rows = append(rows, r)
	}
	return scaled(rows, ownerlessShare)
}

// ownerlessService says who serves an ownerless building. About half are packed with their neighbours, and a package
// has one party; of the others most are held by the community, and many by nobody.
func ownerlessService(r *place.RegisterRow, n int, street string) {
	community, turn := n%len(demoCommunities), n/len(demoCommunities)
	packed := turn%4 != 3 && turn < 20
	if packed {
		r.PackageName = street + []string{"东片", "西片"}[turn/10]
	}
	switch {
	case packed && turn < 10 && community%2 == 0:
		company := []int{0, 2, 3, 5, 6, 7, 8}[community/2]
		r.ServiceMode, r.PartyName, r.Phone24 = place.ModeProfessional, demoOperators[company].name, demoPhone(100+company)
	case packed && turn >= 10 && community%5 == 3:
		r.ServiceMode, r.PartyName, r.Phone24 = place.ModeOwnerSelfGoverned, r.PackageName+"楼院自管会", demoPhone(700+community)
	case packed || turn%2 == 0:
		r.ServiceMode = place.ModeCommunityTrusteeship
	default:
		r.ServiceMode, r.EnteredOn = place.ModeNone, ""
	}
}

func day(c chance, from, to int) models.Date {
	return models.Date(fmt.Sprintf("%04d-%02d-%02d", c.between(from, to), c.between(1, 12), c.between(1, 28)))
}

// scaled brings the areas of one class to its share of the county, to the last 0.01 m².
func scaled(rows []place.RegisterRow, share int64) []place.RegisterRow {
	var drawn, given int64
	for _, r := range rows {
		drawn += r.GrossAreaC
	}
	target := countyAreaC / 1000 * share
	for i := range rows {
		rows[i].GrossAreaC = rows[i].GrossAreaC * target / drawn
		given += rows[i].GrossAreaC
	}
	rows[0].GrossAreaC += target - given
	return rows
}
