package place

import (
	"fmt"
	"strconv"
	"strings"

	"linli/models"
	"linli/models/place"
	"linli/storage"
)

// takeEstate writes one estate with its buildings. What is wrong with it becomes a row error; an error of the database
// ends the import.
func (in *importer) takeEstate(group []place.RegisterRow) error {
	first := group[0]
	home, err := in.communityOf(first)
	if err != nil || home == nil {
		return err
	}
	estate, ok, err := in.writeEstate(first, *home)
	if err != nil || !ok {
		return err
	}
	if err := in.writeStation(first, home); err != nil {
		return err
	}
	in.touched = append(in.touched, estate.ID)
	if err := in.writeBuildings(estate, group); err != nil {
		return err
	}
	return in.writeTerm(first, estate, *home)
}

// communityOf finds the row's community, or makes it where the row gives code and name and the town is known.
func (in *importer) communityOf(r place.RegisterRow) (*community, error) {
	if known, seen := in.communities[r.CommunityKey()]; seen {
		if known == nil {
			in.refuse(r, "community_name", "import.community_unknown", "value", r.CommunityKey())
			return nil, nil
		}
		return in.sameName(r, known), nil
	}
	if in.communities == nil {
		in.communities = map[string]*community{}
	}
	id, ok, err := in.findCommunity(r)
	if err != nil || !ok {
		if err == nil {
			in.communities[r.CommunityKey()] = nil
		}
		return nil, err
	}
	home := &community{id: id}
	if home.code, err = CodeOn(in.tx, id, in.tx.Today()); err != nil {
		return nil, err
	}
	err = in.tx.DB().Table("divisions").Where("id = ?", id).Limit(1).Pluck("parent_id", &home.townID).Error
	if err != nil {
		return nil, err
	}
	station, _, err := StationOf(in.tx, id)
	home.station, home.stationPhone = station.ID, station.Phone24
	if err != nil {
		return nil, err
	}
	names, err := divisionNames(in.tx, []int64{id}, in.tx.Today())
	home.name = names[id]
	in.communities[r.CommunityKey()] = home
	return in.sameName(r, home), err
}

// sameName refuses a row whose code and name are of two communities.
func (in *importer) sameName(r place.RegisterRow, home *community) *community {
	if r.CommunityName == "" || r.CommunityName == home.name {
		return home
	}
	in.refuse(r, "community_name", "import.community_name_differs", "value", r.CommunityName, "known", home.name)
	return nil
}

func (in *importer) findCommunity(r place.RegisterRow) (int64, bool, error) {
	if r.CommunityCode == "" {
		return in.communityNamed(r)
	}
	id, found, err := divisionByCode(in.tx, r.CommunityCode)
	switch {
	case err != nil:
		return 0, false, err
	case found:
		return id, true, nil
	case r.CommunityName == "":
		in.refuse(r, "community_code", "import.community_unknown", "value", r.CommunityCode)
		return 0, false, nil
	}
	id, err = AddCommunity(in.tx, in.actor, r.CommunityCode, r.CommunityName, in.demo)
	if models.KindOf(err) == models.Invalid {
		in.refuse(r, "community_code", models.CodeOf(err), "value", r.CommunityCode)
		return 0, false, nil
	}
	in.report.Created.Communities++
	return id, err == nil, err
}

func (in *importer) communityNamed(r place.RegisterRow) (int64, bool, error) {
	var ids []int64
	err := in.tx.DB().Table("division_codes c").Joins("JOIN divisions d ON d.id = c.division_id").
		Where("d.level = ? AND c.name = ? AND c.valid_from <= ? AND (c.valid_to IS NULL OR c.valid_to > ?)", place.Community, r.CommunityName, in.tx.Today(), in.tx.Today()).
		Limit(2).Pluck("c.division_id", &ids).Error
	switch {
	case err != nil:
		return 0, false, err
	case len(ids) == 0:
		in.refuse(r, "community_name", "import.community_unknown", "value", r.CommunityName)
	case len(ids) > 1:
		in.refuse(r, "community_code", "import.community_ambiguous", "value", r.CommunityName)
	}
	return sum(ids), len(ids) == 1, nil
}

func sum(ids []int64) (total int64) {
	for _, id := range ids {
		total += id
	}
	return total
}

// writeStation keeps the telephone number of the community's station up to date.
func (in *importer) writeStation(r place.RegisterRow, home *community) error {
	if r.StationPhone == "" || r.StationPhone == home.stationPhone {
		return nil
	}
	home.stationPhone = r.StationPhone
	return in.tx.DB().Table("handling_parties").Where("id = ?", home.station).Updates(map[string]any{"phone24": r.StationPhone}).Error
}

// writeEstate finds the estate by its code, else by its name within the community, and makes or updates it.
func (in *importer) writeEstate(r place.RegisterRow, home community) (place.Estate, bool, error) {
	was, found, err := in.findEstate(r, home)
	if err != nil {
		return was, false, err
	}
	packageID, err := in.packageOf(r, home)
	if err != nil {
		return was, false, err
	}
	if found && !in.fits(r, was, home) {
		return was, false, nil
	}
	developerID, err := in.developerOf(r)
	if err != nil {
		return was, false, err
	}
	if !found {
		return in.newEstate(r, home, packageID, developerID)
	}
	return was, true, in.updateEstate(was, r, packageID, developerID)
}

// fits refuses a row that says of a known estate what cannot become so here.
func (in *importer) fits(r place.RegisterRow, was place.Estate, home community) bool {
	switch {
	case was.CommunityID != home.id:
		in.refuse(r, "community_name", "import.estate_elsewhere", "code", was.Code)
	case was.BaselineClass != r.BaselineClass && !r.Unread["baseline_class"]: // frozen at the count (B-a)
		in.refuse(r, "baseline_class", "import.class_frozen", "known", was.BaselineClass)
	case r.EstateCode != "" && was.Code != r.EstateCode:
		in.refuse(r, "estate_code", "import.estate_has_code", "known", was.Code)
	default:
		return true
	}
	return false
}

func (in *importer) findEstate(r place.RegisterRow, home community) (place.Estate, bool, error) {
	var estates []place.Estate
	if r.EstateCode != "" {
		if err := in.tx.DB().Where("code = ?", r.EstateCode).Limit(1).Find(&estates).Error; err != nil || len(estates) == 1 {
			return firstOf(estates), len(estates) == 1, err
		}
	}
	err := in.tx.DB().Where("community_id = ? AND name = ?", home.id, r.EstateName).Order("id").Limit(1).Find(&estates).Error
	return firstOf(estates), len(estates) == 1, err
}

func firstOf[T any](rows []T) (row T) {
	if len(rows) > 0 {
		row = rows[0]
	}
	return row
}

func (in *importer) newEstate(r place.RegisterRow, home community, packageID, developerID *int64) (place.Estate, bool, error) {
	code := r.EstateCode
	if code == "" {
		var err error
		if code, err = in.nextEstateCode(home.code, r.BaselineClass); err != nil {
			return place.Estate{}, false, err
		}
	}
	estate := place.Estate{
		Code: code, Name: r.EstateName, CommunityID: home.id, TownID: home.townID, BaselineClass: r.BaselineClass, AgeClass: r.AgeClass,
		Address: r.Address, ServicePackageID: packageID, DeveloperPartyID: developerID, Demo: in.demo, Version: 1, CreatedAt: in.tx.At(), UpdatedAt: in.tx.At(),
	}
	in.report.Created.Estates++
	return estate, true, in.tx.DB().Create(&estate).Error
}

// nextEstateCode counts on from the highest code of the community and class; codes are never given twice.
func (in *importer) nextEstateCode(communityCode string, class place.BaselineClass) (string, error) {
	prefix := place.EstateCodePrefix(communityCode, class)
	if in.sequences == nil {
		in.sequences = map[string]int64{}
	}
	last, known := in.sequences[prefix]
	if !known {
		var codes []string
		err := in.tx.DB().Table("estates").Where("code LIKE ? ESCAPE '!'", prefix+"%").Order("length(code) DESC, code DESC").Limit(1).Pluck("code", &codes).Error
		if err != nil {
			return "", err
		}
		last, _ = strconv.ParseInt(strings.TrimPrefix(firstOf(codes), prefix), 10, 64) // nothing yet, or a code of another form: 0
	}
	in.sequences[prefix] = last + 1
	return place.EstateCode(communityCode, class, last+1), nil
}

func (in *importer) updateEstate(was place.Estate, r place.RegisterRow, packageID, developerID *int64) error {
	if packageID == nil {
		packageID = was.ServicePackageID // an empty cell says nothing
	}
	if developerID == nil {
		developerID = was.DeveloperPartyID
	}
	address := r.Address
	if address == "" {
		address = was.Address
	}
	same := was.Name == r.EstateName && was.AgeClass == r.AgeClass && was.Address == address && equal(was.ServicePackageID, packageID) && equal(was.DeveloperPartyID, developerID)
	if same {
		return nil
	}
	in.report.Updated++
	return storage.UpdateVersion(in.tx, "estates", was.ID, was.Version, map[string]any{
		"name": r.EstateName, "age_class": r.AgeClass, "address": address, "service_package_id": packageID, "developer_party_id": developerID, "updated_at": in.tx.At(),
	}, "estate.changed_meanwhile")
}

func equal(a, b *int64) bool { return a == b || a != nil && b != nil && *a == *b }

// packageOf finds or makes the service package that the row names, within its community.
func (in *importer) packageOf(r place.RegisterRow, home community) (*int64, error) {
	if r.PackageName == "" {
		return nil, nil
	}
	key := home.code + "/" + r.PackageName
	if id, known := in.packages[key]; known {
		return &id, nil
	}
	var pack place.ServicePackage
	err := in.tx.DB().Where("community_id = ? AND name = ?", home.id, r.PackageName).Order("id").Limit(1).Find(&pack).Error
	if err == nil && pack.ID == 0 {
		var count int64
		if err := in.tx.DB().Table("service_packages").Where("community_id = ?", home.id).Count(&count).Error; err != nil {
			return nil, err
		}
		pack = place.ServicePackage{Code: fmt.Sprintf("%s-P%02d", home.code, count+1), Name: r.PackageName, CommunityID: home.id}
		err = in.tx.DB().Create(&pack).Error
	}
	if in.packages == nil {
		in.packages = map[string]int64{}
	}
	in.packages[key] = pack.ID
	return &pack.ID, err
}

// developerOf finds by its name the developer that the row names, or makes it, and keeps its telephone number up to date; nil where the
// row names none.
func (in *importer) developerOf(r place.RegisterRow) (*int64, error) {
	if r.DeveloperName == "" {
		return nil, nil
	}
	party, found, err := oneParty(in.tx, "kind = ? AND name = ?", place.PartyDeveloper, r.DeveloperName)
	switch {
	case err != nil:
		return nil, err
	case !found:
		party, err = in.newParty(place.RegisterRow{Row: r.Row, PartyName: r.DeveloperName, Phone24: r.DeveloperPhone}, place.PartyDeveloper)
	case r.DeveloperPhone != "" && r.DeveloperPhone != party.Phone24:
		err = in.tx.DB().Table("handling_parties").Where("id = ?", party.ID).Updates(map[string]any{"phone24": r.DeveloperPhone}).Error
	}
	return &party.ID, err
}
