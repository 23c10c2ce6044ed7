package demo

import (
	"linli/models"
)

// Login is a fixed account of the demo county, to be shown beside the sign-in.
type Login struct {
	Role     models.Role `json:"role"`
	Name     string      `json:"name"`
	Phone    string      `json:"phone"`
	Password string      `json:"password"`
	What     string      `json:"what"`
}

// The cast works in one place, so that two browsers can play a ticket through: the resident files, the operator
// answers, the steward and the station look on.
const (
	castEstate    = 3 // of the professional ones
	castCompound  = 3 // of the unit compounds, in the same community
	castCommunity = 3 // in demoCommunities
)

var cast = []Login{
	{Role: models.Resident, Name: "陈慧敏", What: "报一个问题，看它走到哪一步；给已办结的工单评价"},
	{Role: models.BuildingSteward, Name: "刘德厚", What: "替不会用手机的邻居上报，打印本楼的海报"},
	{Role: models.OperatorStaff, Name: "马永刚", What: "打开待办：接单、回复住户、拍照办结"},
	{Role: models.OperatorManager, Name: "赵丽娟", What: "看本公司的小区、超时工单和得分"},
	{Role: models.OwningUnitStaff, Name: "孙卫东", What: "答复本单位家属院的报修"},
	{Role: models.StationStaff, Name: "周桂兰", What: "答复无主管楼房的诉求，核实住户身份"},
	{Role: models.TownOfficer, Name: "吴明辉", What: "看全镇没人答复的工单"},
	{Role: models.CenterOfficer, Name: "郑海燕", What: "看全县总览，导入登记册，变更服务单位"},
	{Role: models.LeadingGroupOffice, Name: "冯立新", What: "看覆盖率、三率和排名"},
	{Role: models.Auditor, Name: "许守信", What: "查得分的每一步是怎么算出来的"},
	{Role: models.Admin, Name: "高建国", What: "任命人员，管理账号"},
}

// loginPhone is the n-th of the fixed sign-ins, counted from 0: 19900000001 and so on.
func loginPhone(n int) string { return demoMobile(n + 1) }

// Logins lists the fixed sign-ins with the password that the county was seeded with.
func Logins(password string) []Login {
	list := make([]Login, len(cast))
	for i, l := range cast {
		l.Phone, l.Password = loginPhone(i), password
		list[i] = l
	}
	return list
}
