package demo

import (
	"slices"
	"time"

	"linli/models"
	"linli/models/place"
	"linli/models/ticket"
)

// story is one ticket written by hand: what the fixed sign-ins find when they come in.
type story struct {
	category, text string
	motif          motif
	ago            time.Duration
	author         int64
	home           place.Unit // where it is; the home itself only for matters inside it
	inHome         bool
	onBehalf       *ticket.OnBehalf
	pictures       int
	danger         bool
	early          bool
	steps          func(t told, after func(time.Duration) time.Time) []step
}

// fixed are the stories around the fixed sign-ins. They stand a given time before the moment of the demo, so that there
// is always something to answer, something to confirm, and something overdue.
func (h *historian) fixed() []plan {
	stories := slices.Concat(h.residentStories(), h.officeStories(), h.suspendedStories(), h.repeatedStories())
	var plans []plan
	for i, s := range stories {
		c := chanceFor("story", i)
		category, known := h.catalogue.Category(s.category)
		if !known {
			continue
		}
		filedAt := h.now.Add(-s.ago)
		p := plan{filedAt: filedAt, author: s.author, early: s.early}
		p.filing = ticket.Filing{
			ClientID: c.uuid(), Category: s.category, Text: s.text, EstateID: s.home.EstateID, BuildingID: s.home.BuildingID, EntranceID: s.home.EntranceID,
			OnBehalf: s.onBehalf, Danger: s.danger, ShareContact: category.Kind == ticket.Repair,
		}
		if s.inHome {
			p.filing.UnitID = s.home.ID
		}
		scene := scenes{motif: s.motif, place: 500 + i, pixels: 960}
		for range s.pictures {
			p.pictures = append(p.pictures, scene.before(c))
		}
		urgency := h.urgencyOf(&p, category, h.county.estate(s.home.EstateID))
		from := h.released(&p, category, urgency, h.county.small(s.home.BuildingID))
		if s.steps != nil {
			t := told{c, &p, kindOfMatter{}, category, urgency, scene}
			p.steps = append(p.steps, s.steps(t, func(d time.Duration) time.Time { return from.Add(d) })...)
		}
		plans = append(plans, p)
	}
	return plans
}

// players are the accounts of the fixed sign-ins that the stories need.
type players struct {
	resident, steward, operator, neighbour int64
	home, elsewhere                        place.Unit
}

func (h *historian) players() players {
	e := h.county.ofClass(place.ClassProfessional, castEstate)
	first := e.buildings[0]
	home := first.homes[9]
	p := players{steward: first.steward, home: home, operator: h.county.staff[e.termOn(h.today).HandlingPartyID][0]}
	p.resident = e.people[slices.IndexFunc(e.people, func(r resident) bool { return r.home.ID == home.ID })].account
	other := e.people[slices.IndexFunc(e.people, func(r resident) bool { return r.home.BuildingID != first.ID })]
	p.neighbour, p.elsewhere = other.account, other.home
	return p
}

func (t told) acknowledged(at time.Time, account int64) step {
	return step{at: at, act: actAcknowledge, account: account}
}

func (t told) said(at time.Time, account int64, text string) step {
	return step{at: at, act: actSay, account: account, text: text, clientID: t.uuid()}
}

func (t told) finished(at time.Time, account int64, result string) step {
	return step{at: at, act: actDone, account: account, text: result, clientID: t.uuid(), pictures: []shot{t.scenes.after(t.chance)}}
}

// residentStories are what the resident, the steward and the operator of one estate share.
func (h *historian) residentStories() []story {
	p := h.players()
	return []story{
		{category: "REP-01", text: "三楼楼道灯不亮三天了，晚上老人下楼看不清台阶。", motif: motifLamp, ago: 9 * time.Hour, author: p.resident, home: p.home, pictures: 2,
			steps: func(t told, after func(time.Duration) time.Time) []step {
				return []step{
					t.acknowledged(after(40*time.Minute), p.operator),
					t.said(after(70*time.Minute), p.operator, "您好，灯具和声控开关已备好，电工明天上午九点前到三楼更换，请放心。"),
				}
			}},
		{category: "REP-05", text: "单元门闭门器坏了，一刮风就咣咣响，半夜吵得睡不着。", motif: motifDoor, ago: 30 * time.Hour, author: p.resident, home: p.home, pictures: 1,
			steps: func(t told, after func(time.Duration) time.Time) []step {
				return []step{
					t.acknowledged(after(time.Hour), p.operator),
					t.said(after(90*time.Minute), p.operator, "您好，闭门器型号已确认，今天下午带新的过来更换。"),
					{at: after(2 * time.Hour), act: actRead, account: p.resident},
					{at: after(20 * time.Hour), act: actStart, account: p.operator},
					t.finished(after(25*time.Hour), p.operator, "已更换闭门器和两只合页，开关十次关门平稳无响声。"),
				}
			}},
		{category: "CLN-01", text: "东门垃圾桶满了，大件也堆在旁边，味道很大。", motif: motifBins, ago: 80 * time.Minute, author: p.resident, home: p.home, pictures: 1},
		{category: "REP-03", text: "单元门前污水井往外冒，走路都没地方下脚。", motif: motifFlood, ago: 52 * time.Hour, author: p.resident, home: p.home, pictures: 1,
			steps: func(t told, after func(time.Duration) time.Time) []step {
				return []step{
					t.acknowledged(after(12*time.Minute), p.operator),
					t.said(after(30*time.Minute), p.operator, "疏通车已经出发，半小时内到，请提醒老人先绕行西侧。"),
					{at: after(41 * time.Minute), act: actRead, account: p.resident},
					{at: after(time.Hour), act: actStart, account: p.operator},
					t.finished(after(5*time.Hour), p.operator, "已疏通主管道，地面冲洗干净。"),
					{at: after(27 * time.Hour), act: actSendBack, account: p.resident, text: "昨天通了，今天早上又开始往外冒，井里还是满的。", level: 2, clientID: t.uuid()},
					{at: after(29 * time.Hour), act: actProgress, account: p.operator, text: "复查发现下游管段有塌陷，已联系施工队开挖更换，当天完工。"},
					{at: after(29*time.Hour + 5*time.Minute), act: actPromise, account: p.operator, text: "换好塌陷的管段，井里不再往外冒", day: models.DateOf(after(29*time.Hour + 5*time.Minute))},
				}
			}},
		{category: "PRK-01", text: "有人私装地锁占公共车位，大家都没地方停。", motif: motifParking, ago: 9 * 24 * time.Hour, author: p.resident, home: p.home, pictures: 1,
			steps: func(t told, after func(time.Duration) time.Time) []step {
				return []step{
					t.acknowledged(after(3*time.Hour), p.operator),
					t.said(after(4*time.Hour), p.operator, "已查清三个地锁的位置，今天先贴告知单，限两天内自行拆除。"),
					{at: after(6 * time.Hour), act: actRead, account: p.resident},
					{at: after(50 * time.Hour), act: actStart, account: p.operator},
					t.finished(after(74*time.Hour), p.operator, "私装地锁三个已拆除，车位恢复公用，并在公示栏说明。"),
					{at: after(80 * time.Hour), act: actConfirm, account: p.resident, level: 5, text: "处理得很公道，点赞。", clientID: t.uuid()},
				}
			}},
		{category: "REP-06", text: "隔壁王奶奶反映：二楼扶手松了，一扶就晃，她不会用手机，我替她报一下。", motif: motifRail, ago: 3 * time.Hour, author: p.steward, home: p.home, pictures: 1,
			onBehalf: &ticket.OnBehalf{Name: "王秀兰", Consent: "spoken"}},
		{category: "UTIL-02", text: "负一层水管接口喷水，已经漫到电表箱边上了！", motif: motifPipe, ago: 31 * time.Hour, author: p.neighbour, home: p.elsewhere, pictures: 1},
		{category: "SVC-04", text: "电梯广告和临时停车的收入一年多没见公示，请说明去向。", motif: motifNoticeWay, ago: 4 * 24 * time.Hour, author: p.neighbour, home: p.elsewhere,
			steps: func(t told, after func(time.Duration) time.Time) []step {
				return []step{t.acknowledged(after(20*time.Hour), p.operator)}
			}},
		{category: "REP-12", text: "厨房水龙头关不严，一直滴水，请来换阀芯。", motif: motifTap, ago: 27 * time.Hour, author: p.neighbour, home: p.elsewhere, inHome: true, pictures: 1,
			steps: func(t told, after func(time.Duration) time.Time) []step {
				return []step{
					t.acknowledged(after(2*time.Hour), p.operator),
					t.said(after(3*time.Hour), p.operator, "您好，阀芯已备好，请问今天下午四点上门方便吗？"),
					{at: after(4 * time.Hour), act: actRead, account: p.neighbour},
					{at: after(5 * time.Hour), act: actPauseDay, account: p.neighbour, text: "这几天出差，回来那天在家等您。", days: 4},
				}
			}},
		{category: "REP-05", text: "对讲机坏了，来客按门铃家里听不见，要下楼开门。", motif: motifDoor, ago: 46 * time.Hour, author: p.neighbour, home: p.elsewhere, pictures: 1,
			steps: func(t told, after func(time.Duration) time.Time) []step {
				return []step{
					t.acknowledged(after(time.Hour), p.operator),
					{at: after(3 * time.Hour), act: actPauseParts, account: p.operator, text: "主机板已向厂家订货，单号 D-2208，预计三天到。", days: 3},
					{at: after(27 * time.Hour), act: actResume, account: p.operator},
					{at: after(28 * time.Hour), act: actProgress, account: p.operator, text: "主机板提前到货，今天换装。"},
					{at: after(29 * time.Hour), act: actPromise, account: p.operator, text: "换好主机板，家里能听见门铃", day: h.today.Add(1)},
					{at: after(30 * time.Hour), act: actRedate, account: p.operator, text: "厂家发错了型号，重新发货", day: h.today.Add(3)},
				}
			}},
		{category: "REP-12", text: "阳台的地漏返水，衣服晾着都溅湿了，请来看看。", motif: motifTap, ago: 54 * time.Hour, author: p.resident, home: p.home, inHome: true, pictures: 1,
			steps: func(t told, after func(time.Duration) time.Time) []step {
				steps := []step{t.acknowledged(after(time.Hour), p.operator)}
				for i, at := range []time.Duration{2 * time.Hour, 25 * time.Hour, 29 * time.Hour} {
					said := []string{"您好，师傅今天下午可以上门看地漏，请问几点在家？", "您好，昨天没有等到您的回音，今天白天都可以上门，请回一句。", "师傅晚上七点前都在小区，您回一句我们就上楼。"}[i]
					steps = append(steps, t.said(after(at), p.operator, said), step{at: after(at + 20*time.Minute), act: actTry, account: p.operator, text: "留言后没有回音，按门铃也没人应。"})
				}
				return append(steps, step{at: after(30 * time.Hour), act: actPauseUnreached, account: p.operator, days: 3})
			}},
		{category: "REP-12", text: "家里卫生间马桶水箱漏水，一晚上能流半盆，请安排上门。", motif: motifTap, ago: 5 * time.Hour, author: p.neighbour, home: p.elsewhere, inHome: true, pictures: 1},
	}
}

// officeStories are what the owning unit, the station, the centre and the heating company find on their desks.
func (h *historian) officeStories() []story {
	p := h.players()
	compound := h.county.ofClass(place.ClassUnitCompound, castCompound)
	unit := h.county.staff[compound.termOn(h.today).HandlingPartyID][0]
	stories := []story{
		{category: "REP-02", text: "顶楼西户下雨漏水，卧室天花板湿了一大片，墙皮往下掉。", motif: motifLeak, ago: 44 * time.Hour, author: compound.people[0].account, home: compound.people[0].home, pictures: 2,
			steps: func(t told, after func(time.Duration) time.Time) []step {
				return []step{
					t.acknowledged(after(2*time.Hour), unit),
					t.said(after(3*time.Hour), unit, "后勤科已派人上屋面查看，防水材料正在采购，天晴后两天内施工。"),
					{at: after(5 * time.Hour), act: actRead, account: compound.people[0].account},
					{at: after(7 * time.Hour), act: actPauseParts, account: unit, text: "防水卷材已向厂家订货，单号 2026-117，货到当天上屋面。", days: 4},
				}
			}},
		{category: "CLN-02", text: "楼道一个月没人打扫了，台阶上全是灰和烟头。", motif: motifHeap, ago: 7 * time.Hour, author: compound.people[0].account, home: compound.people[0].home, pictures: 1},
		{category: "POL-01", text: "听说无主管楼房引进物业有补贴，标准是多少，怎么申请？", motif: motifNoticeWay, ago: 20 * time.Hour, author: p.resident, home: p.home},
	}
	for i, e := range h.ownerlessOf(compound.CommunityID) {
		r := e.people[0]
		stories = append(stories, []story{
			{category: "CLN-01", text: "楼下垃圾三天没人清，野猫翻得满地都是。", motif: motifBins, ago: 30 * time.Hour, author: r.account, home: r.home, pictures: 1},
			{category: "REP-01", text: "一楼到二楼的灯不亮，这栋楼没有物业，不知道找谁。", motif: motifLamp, ago: 6 * time.Hour, author: r.account, home: r.home, pictures: 1},
			{category: "FIRE-03", text: "一楼楼道里停了五辆电动车，晚上还在充电，太吓人了。", motif: motifCharging, ago: 25 * time.Minute, author: r.account, home: r.home, pictures: 1},
		}[i])
	}
	if e := h.smallOf(compound.CommunityID); e != nil {
		stories = append(stories, story{category: "CLN-02", text: "我妈住的这栋楼，楼道一个多月没人扫，垃圾堆到门口，说了几次都没人管。", motif: motifHeap, ago: 12 * time.Minute, author: p.resident, home: e.people[0].home, pictures: 1})
	}
	if month := h.now.In(models.Shanghai).Month(); month >= 11 || month <= 3 {
		stories = append(stories, story{category: "UTIL-05", text: "昨天开始整个单元暖气都不热，屋里只有十四度，家里有刚满月的孩子。", motif: motifRadiator, ago: 2 * time.Hour, author: p.neighbour, home: p.elsewhere, pictures: 1})
	}
	// Whoever has duty came within the half hour of an emergency; the tree stands there held by ropes.
	return append(stories, story{category: "GRN-02", text: "东墙边那棵大杨树被风刮歪了，根都翘起来了，下面就是停车位和路。", motif: motifTree, ago: 100 * time.Minute, author: p.neighbour, home: p.elsewhere, pictures: 1, danger: true,
		steps: func(t told, after func(time.Duration) time.Time) []step {
			return []step{
				t.acknowledged(after(4*time.Minute), p.operator),
				t.said(after(7*time.Minute), p.operator, "值班人员已带警戒带出发，请大家先不要从树下走，车主我们逐个打电话挪车。"),
				{at: after(11 * time.Minute), act: actRead, account: p.neighbour},
				{at: after(22 * time.Minute), act: actStart, account: p.operator},
				{at: after(75 * time.Minute), act: actProgress, account: p.operator, text: "已拉警戒线，车挪开，树用缆绳固定住；园林队的吊车下午到，把树放倒清走。"},
			}
		}})
}

// suspendedStories are a road that waits for the maintenance fund, suspended by the centre, and a wall of which the operator asks the same.
func (h *historian) suspendedStories() []story {
	p := h.players()
	reached := func(t told, after func(time.Duration) time.Time, author int64, reply string) []step {
		return []step{
			t.acknowledged(after(5*time.Hour), p.operator),
			t.said(after(6*time.Hour), p.operator, reply),
			{at: after(7 * time.Hour), act: actRead, account: author},
			{at: after(26 * time.Hour), act: actStart, account: p.operator},
		}
	}
	return []story{
		{category: "REP-07", text: "小区东门到三号楼的路面塌了一大块，下雨全是水，电动车都摔过人。", motif: motifRoad, ago: 24 * 24 * time.Hour, author: p.resident, home: p.home, pictures: 1,
			steps: func(t told, after func(time.Duration) time.Time) []step {
				return append(reached(t, after, p.resident, "您好，已现场查看：路基沉降，要整段翻修，费用要从维修资金里出，我们先围起来。"),
					step{at: after(4 * 24 * time.Hour), act: actSuspendAsk, account: p.operator, text: "整段路基翻修约八万元，要动用维修资金，已报业主投票，短期内办不了。"},
					step{at: after(6 * 24 * time.Hour), act: actSuspend, account: h.county.staff[h.county.byCode["property_center"]][0], text: "塌陷处已围挡、铺钢板，夜里有警示灯，物业每周巡查一次。"})
			}},
		{category: "REP-07", text: "北面围墙裂了一道大缝，往外歪，孩子放学都从旁边走。", motif: motifRoad, ago: 5 * 24 * time.Hour, author: p.neighbour, home: p.elsewhere, pictures: 1,
			steps: func(t told, after func(time.Duration) time.Time) []step {
				return append(reached(t, after, p.neighbour, "您好，已请鉴定单位看过，墙要拆了重砌，先拉了警戒线，请绕行。"),
					step{at: after(3 * 24 * time.Hour), act: actSuspendAsk, account: p.operator, text: "围墙列入县里的老旧小区改造项目，开工前只能临时加固。"})
			}},
	}
}

// repeatedStories are a lift that failed three times, of which makeCauses makes a case, and a barrier that did, which waits to be found.
func (h *historian) repeatedStories() []story {
	p := h.players()
	mended := func(reply, result string, author int64) func(t told, after func(time.Duration) time.Time) []step {
		return func(t told, after func(time.Duration) time.Time) []step {
			steps := []step{
				t.acknowledged(after(15*time.Minute), p.operator),
				t.said(after(25*time.Minute), p.operator, reply),
				{at: after(40 * time.Minute), act: actRead, account: author},
				{at: after(time.Hour), act: actStart, account: p.operator},
				t.finished(after(5*time.Hour), p.operator, result),
			}
			if author == p.steward {
				return append(steps, step{at: after(5*time.Hour + h.catalogue.Silence() + 15*time.Minute), act: actSilence})
			}
			return append(steps, step{at: after(8 * time.Hour), act: actConfirm, account: author, level: 4, text: "修好了，就怕过几天又坏。", clientID: t.uuid()})
		}
	}
	const day = 24 * time.Hour
	return []story{
		{category: "REP-08", text: "电梯又停了，按哪层都不动，老人抱着菜在一楼等。", motif: motifLift, ago: 96 * day, author: p.resident, home: p.home, pictures: 1, early: true,
			steps: mended("您好，维保师傅半小时内到，请先走楼梯。", "更换门机皮带，试运行二十次正常。", p.resident)},
		{category: "REP-08", text: "楼上李大爷说电梯走到四楼就停，门开一半，吓得不敢坐，我替他报。", motif: motifLift, ago: 51 * day, author: p.steward, home: p.home, pictures: 1, early: true,
			onBehalf: &ticket.OnBehalf{Name: "李根生", Consent: "spoken"}, steps: mended("维保师傅已出发，先把电梯停用，贴了告示。", "调整平层感应器，更换门机滚轮。", p.steward)},
		{category: "REP-08", text: "电梯开到六楼咣当一声停了，这都第三回了，能不能查查到底是哪坏了？", motif: motifLift, ago: 17 * day, author: p.resident, home: p.home, pictures: 1, early: true,
			steps: mended("您好，已请维保单位和厂家一起来查，不只修这一次。", "钢丝绳打滑，临时调紧，已限速运行。", p.resident)},
		{category: "REP-09", text: "东门道闸抬不起来，早上堵了一长串车，上班都迟到了。", motif: motifGate, ago: 82 * day, author: p.resident, home: p.home, pictures: 1, early: true,
			steps: mended("您好，已安排人工抬杆，厂家下午来修。", "更换道闸电机电容。", p.resident)},
		{category: "REP-09", text: "东门道闸又不识别车牌，按喇叭也没人出来。", motif: motifGate, ago: 44 * day, author: p.neighbour, home: p.elsewhere, pictures: 1, early: true,
			steps: mended("您好，值班人员已到门口人工放行。", "重启识别主机，重新校准摄像头。", p.neighbour)},
		{category: "REP-09", text: "道闸落下来差点砸到电动车，杆子自己乱动。", motif: motifGate, ago: 13 * day, author: p.resident, home: p.home, pictures: 1, early: true,
			steps: mended("您好，已断电抬杆停用，人工值守。", "更换地感线圈，落杆延时调到四秒。", p.resident)},
	}
}

// smallOf is a building of a community that the station answers for and where few live: what is filed there waits for its
// batch.
func (h *historian) smallOf(community int64) *estate {
	for _, e := range h.county.estates {
		term := e.termOn(h.today)
		if e.CommunityID == community && e.BaselineClass == place.ClassOwnerless && (term == nil || !term.ServiceMode.Managed()) && len(e.people) > 0 && e.buildings[0].Small() {
			return e
		}
	}
	return nil
}

// ownerlessOf are three buildings of a community that nobody but the station answers for.
func (h *historian) ownerlessOf(community int64) []*estate {
	var found []*estate
	for _, e := range h.county.estates {
		term := e.termOn(h.today)
		station := term == nil || !term.ServiceMode.Managed()
		if e.CommunityID == community && e.BaselineClass == place.ClassOwnerless && station && len(e.people) > 0 && len(found) < 3 {
			found = append(found, e)
		}
	}
	return found
}
