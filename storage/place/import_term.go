package place

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"

	"linli/models"
	"linli/models/place"
)

// writeTerm makes sure that the party of the row serves the estate in the mode of the row, from the day it came in, or
// from today where the row does not say. Where that is so already nothing happens.
func (in *importer) writeTerm(r place.RegisterRow, e place.Estate, home community) error {
	running, found, err := TermOn(in.tx, e.ID, in.tx.Today())
	if err != nil || !found && r.ServiceMode == place.ModeNone {
		return err // nobody serves it and nobody is said to: the station answers
	}
	partyID, ok, err := in.partyOf(r, home)
	if err != nil || !ok {
		return err
	}
	if found && running.HandlingPartyID == partyID && running.ServiceMode == r.ServiceMode {
		return in.updateTerm(running, r)
	}
	from := r.EnteredOn
	if from == "" {
		from = in.tx.Today()
	}
	err = in.tx.Try(func() error {
		_, err := in.store.SetTerm(in.tx, in.actor, e, place.NewTerm{
			HandlingPartyID: partyID, ServiceMode: r.ServiceMode, ValidFrom: from, Phone24: r.Phone24, ProjectLead: r.ProjectLead,
		})
		return err
	})
	if models.CodeOf(err) == "service_term.overlap" {
		in.refuse(r, "entered_on", "service_term.overlap", "value", from)
		return nil
	}
	return err
}

// updateTerm keeps the telephone number and the project lead of a running term up to date.
func (in *importer) updateTerm(running place.ServiceTerm, r place.RegisterRow) error {
	columns := map[string]any{}
	if r.Phone24 != "" && r.Phone24 != running.Phone24 {
		columns["phone24"] = r.Phone24
	}
	if r.ProjectLead != "" && r.ProjectLead != running.ProjectLead {
		columns["project_lead"] = r.ProjectLead
	}
	if len(columns) == 0 {
		return nil
	}
	in.report.Updated++
	return in.tx.DB().Table("service_terms").Where("id = ?", running.ID).Updates(columns).Error
}

// partyOf finds or makes the body that serves the estate: by its code, else by kind and name. In trusteeship it is the
// community's station.
func (in *importer) partyOf(r place.RegisterRow, home community) (int64, bool, error) {
	kind, _ := place.PartyKindFor(r.ServiceMode)
	if kind == place.PartyServiceStation {
		return home.station, true, nil
	}
	key := string(kind) + "/" + r.PartyCode + "/" + r.PartyName
	if id, known := in.parties[key]; known {
		return id, true, nil
	}
	party, found, err := in.findParty(r, kind)
	switch {
	case err != nil:
		return 0, false, err
	case found && party.Kind != kind:
		in.refuse(r, "party_code", "import.party_kind_differs", "known", party.Kind)
		return 0, false, nil
	case !found && r.PartyName == "":
		in.refuse(r, "party_code", "import.party_unknown", "value", r.PartyCode)
		return 0, false, nil
	case !found:
		party, err = in.newParty(r, kind)
	}
	if in.parties == nil {
		in.parties = map[string]int64{}
	}
	in.parties[key] = party.ID
	return party.ID, err == nil, err
}

func (in *importer) findParty(r place.RegisterRow, kind place.PartyKind) (place.HandlingParty, bool, error) {
	if r.PartyCode != "" {
		return PartyByCode(in.tx, r.PartyCode)
	}
	return oneParty(in.tx, "kind = ? AND name = ?", kind, r.PartyName)
}

func (in *importer) newParty(r place.RegisterRow, kind place.PartyKind) (place.HandlingParty, error) {
	code := r.PartyCode
	if code == "" {
		digest := sha256.Sum256([]byte(string(kind) + "/" + r.PartyName))
		code = string(kind) + "_" + hex.EncodeToString(digest[:5])
	}
	if err := in.tellNewParty(r, kind); err != nil {
		return place.HandlingParty{}, err
	}
	party := place.HandlingParty{Code: code, Kind: kind, Name: r.PartyName, Phone24: r.Phone24, Demo: in.demo, CreatedAt: in.tx.At()}
	return party, in.tx.DB().Create(&party).Error
}

// newPartiesListed is how many new bodies a report names.
const newPartiesListed = 100

// tellNewParty names a body that is about to be made, and the one that may have been meant.
func (in *importer) tellNewParty(r place.RegisterRow, kind place.PartyKind) error {
	if len(in.report.NewParties) >= newPartiesListed {
		return nil
	}
	var names []string
	err := in.tx.DB().Table("handling_parties").Where("kind = ?", kind).Order("id").Pluck("name", &names).Error
	if err != nil {
		return err
	}
	one := place.NewParty{Row: r.Row, Name: r.PartyName}
	if i := slices.IndexFunc(names, func(known string) bool { return place.NearName(known, r.PartyName) }); i >= 0 {
		one.Near = names[i]
	}
	in.report.NewParties = append(in.report.NewParties, one)
	return nil
}
