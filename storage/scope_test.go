package storage_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"linli/models"
	"linli/storage"
	"linli/storage/storagetest"
)

type placedRow struct {
	ID              int64
	HandlingPartyID int64
	BuildingID      int64
	CommunityID     int64
	TownID          int64
	AuthorID        int64
	ReporterID      int64
	StewardSees     bool
	HeldLevel       int64
}

func (placedRow) TableName() string { return "placed" }

func (r placedRow) Placement() models.Placement {
	return models.Placement{HandlingPartyID: r.HandlingPartyID, BuildingID: r.BuildingID, CommunityID: r.CommunityID,
		TownID: r.TownID, AuthorID: r.AuthorID, ReporterID: r.ReporterID, StewardSees: r.StewardSees, HeldLevel: int(r.HeldLevel)}
}

// The same scope gives the same answer in memory and as a WHERE clause, on both databases, zeroes and an existing
// condition included.
func TestScopeInMemoryAndInSQLAgree(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		err := db.Write(t.Context(), func(tx storage.Tx) error {
			create := "CREATE TABLE placed (id BIGINT, handling_party_id BIGINT, building_id BIGINT, community_id BIGINT, town_id BIGINT, author_id BIGINT, reporter_id BIGINT, steward_sees BOOLEAN, held_level BIGINT)"
			if err := tx.DB().Exec(create).Error; err != nil {
				return err
			}
			dice := rand.New(rand.NewPCG(1, 2))
			small := func() int64 { return int64(dice.IntN(4)) }
			rows := make([]placedRow, 300)
			for i := range rows {
				rows[i] = placedRow{ID: int64(i + 1), HandlingPartyID: small(), BuildingID: small(), CommunityID: small(),
					TownID: small(), AuthorID: small(), ReporterID: small(), StewardSees: dice.IntN(2) == 0, HeldLevel: max(0, int64(dice.IntN(9)-4))}
			}
			if err := tx.DB().Create(&rows).Error; err != nil {
				return err
			}
			ids := func() (out []int64) {
				for range dice.IntN(3) {
					out = append(out, small())
				}
				return out
			}
			for n := range 150 {
				scope := models.Scope{Everything: dice.IntN(10) == 0, Level: 3 + dice.IntN(2)}
				if n > 0 { // the first is the zero scope
					scope.Account = small() * int64(dice.IntN(2))
					scope.Parties, scope.Buildings, scope.Communities, scope.Towns = ids(), ids(), ids(), ids()
				}
				var want, got []int64
				for _, r := range rows {
					if r.ID > 20 && scope.Sees(r) {
						want = append(want, r.ID)
					}
				}
				if err := storage.Visible(tx.DB().Table("placed").Where("id > ?", 20), scope, "placed").Order("id").Pluck("id", &got).Error; err != nil {
					return err
				}
				if !slices.Equal(want, got) {
					t.Fatalf("%+v: Sees gives %v, the WHERE gives %v", scope, want, got)
				}
				if got := inArms(t, tx, scope); !slices.Equal(want, got) {
					t.Fatalf("%+v: Sees gives %v, the arms give %v", scope, want, got)
				}
				within, got := storage.Within(scope), []int64(nil)
				if err := tx.DB().Table("placed").Where("id > ?", 20).Where(within.SQL, within.Values...).Order("id").Pluck("id", &got).Error; err != nil {
					return err
				}
				if !slices.Equal(want, got) {
					t.Fatalf("%+v: Sees gives %v, the condition gives %v", scope, want, got)
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

// inArms are the rows of all arms of a scope together.
func inArms(t *testing.T, tx storage.Tx, s models.Scope) (ids []int64) {
	t.Helper()
	for _, arm := range storage.Arms(s) {
		var some []int64
		if err := tx.DB().Table("placed").Where("id > ?", 20).Where(arm.SQL, arm.Values...).Pluck("id", &some).Error; err != nil {
			t.Fatal(err)
		}
		ids = append(ids, some...)
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}
