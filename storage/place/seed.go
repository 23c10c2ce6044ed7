package place

import (
	"linli/models"
	"linli/models/place"
	"linli/storage"
)

const (
	// programmeStart is the first day on which the old codes are known to be valid; earlier days are not claimed (AD-2).
	programmeStart models.Date = "2019-08-01"
	// districtSince is the first day of the new codes. The statistical cut-offs leave the day open: the data of
	// 2020-06-30 have 410322, those of 2021-10-31 have 410308; the merger took place in March 2021 (AD-3).
	districtSince models.Date = "2021-04-01"
)

// seedTown is a town under both codes. Its handling party answers for what the catalogue gives to the town.
type seedTown struct {
	code3, name, newName, party string
}

// seedTowns are the ten towns of AD-2 and AD-3. Code 106 is named 马屯镇 in the newer source, where the older one says
// 小浪底镇: an oddity of the source that only the county can settle, so both names stand as they were published.
var seedTowns = []seedTown{
	{"100", "城关镇", "城关镇", "town_chengguan"},
	{"101", "会盟镇", "会盟镇", "town_huimeng"},
	{"102", "平乐镇", "平乐镇", "town_pingle"},
	{"103", "送庄镇", "送庄镇", "town_songzhuang"},
	{"104", "白鹤镇", "白鹤镇", "town_baihe"},
	{"105", "朝阳镇", "朝阳镇", "town_chaoyang"},
	{"106", "小浪底镇", "马屯镇", "town_xiaolangdi"},
	{"107", "麻屯镇", "麻屯镇", "town_matun"},
	{"108", "横水镇", "横水镇", "town_hengshui"},
	{"109", "常袋镇", "常袋镇", "town_changdai"},
}

// seedParties are the members of the leading group (AG-4) and the outside bodies of FIELD B-a; towns come with their
// divisions. Numbers that are the same in the whole country are filled in, all others are the county's to enter.
var seedParties = []place.HandlingParty{
	{Code: "housing", Kind: place.PartyAgency, Name: "房管局"},
	{Code: "finance", Kind: place.PartyAgency, Name: "财政局"},
	{Code: "construction", Kind: place.PartyAgency, Name: "住建局"},
	{Code: "natural_resources", Kind: place.PartyAgency, Name: "自然资源局"},
	{Code: "environment", Kind: place.PartyAgency, Name: "环保局", Phone24: "12369"},
	{Code: "market_regulation", Kind: place.PartyAgency, Name: "市场监管局", Phone24: "12315"},
	{Code: "audit", Kind: place.PartyAgency, Name: "审计局"},
	{Code: "urban_management", Kind: place.PartyAgency, Name: "城管局"},
	{Code: "water", Kind: place.PartyAgency, Name: "水利局"},
	{Code: "power", Kind: place.PartyUtility, Name: "供电公司", Phone24: "95598"},
	{Code: "industry_info", Kind: place.PartyAgency, Name: "科工局"},
	{Code: "police", Kind: place.PartyAgency, Name: "公安局", Phone24: "110"},
	{Code: "fire", Kind: place.PartyAgency, Name: "消防大队", Phone24: "119"},
	{Code: "gas_co", Kind: place.PartyUtility, Name: "燃气公司"},
	{Code: "heat_co", Kind: place.PartyUtility, Name: "供热公司"},
	{Code: "water_co", Kind: place.PartyUtility, Name: "供水公司"},
	{Code: "telecom", Kind: place.PartyUtility, Name: "通信运营企业"},
	{Code: "civil_affairs", Kind: place.PartyAgency, Name: "民政局"},
	{Code: "justice", Kind: place.PartyAgency, Name: "司法局", Phone24: "12348"},
	{Code: "health", Kind: place.PartyAgency, Name: "卫健委"},
	{Code: "civil_air_defence", Kind: place.PartyAgency, Name: "人防办"},
	{Code: "hotline_12345", Kind: place.PartyAgency, Name: "12345热线", Phone24: place.Hotline},
}

// SeedAuthorities makes sure that the divisions and the authorities are there. It runs at every start, adds what is
// missing and changes nothing that is there: what the county entered stays.
func SeedAuthorities(tx storage.Tx) error {
	province, err := ensureDivision(tx, place.Province, nil, stretch("41", "河南省", programmeStart, "", ""))
	if err != nil {
		return err
	}
	city, err := ensureDivision(tx, place.City, &province, stretch("4103", "洛阳市", programmeStart, "", ""))
	if err != nil {
		return err
	}
	county, err := ensureDivision(tx, place.County, &city,
		stretch("410322", "孟津县", programmeStart, districtSince, "410308"),
		stretch("410308", "孟津区", districtSince, "", ""))
	if err != nil {
		return err
	}
	if err := seedTownsOf(tx, county); err != nil {
		return err
	}
	center := place.HandlingParty{Code: "property_center", Kind: place.PartyPropertyCenter, Name: "县物业管理中心", DivisionID: &county}
	for _, party := range append([]place.HandlingParty{center}, seedParties...) {
		if _, err := ensureParty(tx, party); err != nil {
			return err
		}
	}
	return nil
}

func seedTownsOf(tx storage.Tx, county int64) error {
	for _, t := range seedTowns {
		id, err := ensureDivision(tx, place.Town, &county,
			stretch("410322"+t.code3, t.name, programmeStart, districtSince, "410308"+t.code3),
			stretch("410308"+t.code3, t.newName, districtSince, "", ""))
		if err != nil {
			return err
		}
		party := place.HandlingParty{Code: t.party, Kind: place.PartyTown, Name: t.name + "人民政府", DivisionID: &id}
		if _, err := ensureParty(tx, party); err != nil {
			return err
		}
	}
	return nil
}

func stretch(code, name string, from, to models.Date, successor string) place.DivisionCode {
	return place.DivisionCode{Code: code, Name: name, ValidFrom: from, ValidTo: to, SuccessorCode: successor}
}

// ensureDivision finds the division by the first of its codes or makes it, and adds the codes that are missing.
func ensureDivision(tx storage.Tx, level place.Level, parent *int64, codes ...place.DivisionCode) (int64, error) {
	id, found, err := divisionByCode(tx, codes[0].Code)
	if err != nil {
		return 0, err
	}
	if !found {
		division := place.Division{Level: level, ParentID: parent}
		if err := tx.DB().Create(&division).Error; err != nil {
			return 0, err
		}
		id = division.ID
	}
	for _, code := range codes {
		code.DivisionID, code.RecordedAt = id, tx.At()
		if _, err := storage.Insert(tx, &code); err != nil {
			return 0, err
		}
	}
	return id, nil
}

// ensureParty adds the party unless its code is there, and gives back the one that is there afterwards.
func ensureParty(tx storage.Tx, party place.HandlingParty) (place.HandlingParty, error) {
	party.CreatedAt = tx.At()
	created, err := storage.Insert(tx, &party)
	if err != nil || created {
		return party, err
	}
	there, _, err := PartyByCode(tx, party.Code)
	return there, err
}

// stationCode is the code of a community's service station.
func stationCode(communityCode string) string { return "station_" + communityCode }

// AddCommunity makes a community with its service station below a town that is known, or finds it by its code.
func AddCommunity(tx storage.Tx, a models.Actor, code, name string, demo bool) (int64, error) {
	id, found, err := divisionByCode(tx, code)
	if err != nil || found {
		return id, err
	}
	town, found, err := divisionByCode(tx, place.TownOfCode(code))
	if err != nil {
		return 0, err
	}
	if !found {
		return 0, models.RefuseField("import.town_unknown", "community_code")
	}
	// The code counts from the day on which its town got the code that it begins with.
	var since []models.Date
	err = tx.DB().Table("division_codes").Where("code = ?", place.TownOfCode(code)).Order("valid_from").Limit(1).Pluck("valid_from", &since).Error
	if err != nil {
		return 0, err
	}
	if id, err = ensureDivision(tx, place.Community, &town, stretch(code, name, firstOf(since), "", "")); err != nil {
		return 0, err
	}
	station := place.HandlingParty{Code: stationCode(code), Kind: place.PartyServiceStation, Name: name + "物业服务站", DivisionID: &id, Demo: demo}
	if _, err = ensureParty(tx, station); err != nil {
		return 0, err
	}
	_, err = storage.Record(tx, models.Event{
		Noun: "division", NounID: id, Action: "create", ActorID: a.AccountID, ActorRole: a.ActsAs(models.Role.Oversees),
		Data: map[string]any{"code": code, "level": place.Community},
	})
	return id, err
}
