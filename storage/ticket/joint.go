package ticket

import (
	"context"

	"gorm.io/gorm"

	"linli/models"
	"linli/models/ticket"
	"linli/storage"
)

// MarkJoint makes a ticket joint by the word of an office, for an owners' committee or the community; the words say on whose
// behalf.
func (s *Store) MarkJoint(ctx context.Context, a models.Actor, id int64, asked ticket.Joining) (ticket.View, error) {
	return s.viewing(ctx, a, func(tx storage.Tx) (ticket.Ticket, error) {
		t, c, err := s.loadWith(tx, a, id)
		if err != nil {
			return t, err
		}
		if asked.Note, err = ticket.CheckText(asked.Note, "note", true, c.MaxText); err != nil {
			return t, err
		}
		return s.joinIn(tx, a, t, c, ticket.JointByOffice, ticket.Move{Action: ticket.Joint, Note: asked.Note, Version: asked.Version})
	})
}

// joinIn makes t joint, with its clock and its least urgency, by a step of its life.
func (s *Store) joinIn(tx storage.Tx, a models.Actor, t ticket.Ticket, c ticket.Catalogue, why ticket.JointWhy, m ticket.Move) (ticket.Ticket, error) {
	hours, err := s.hoursIn(tx, c)
	if err != nil {
		return t, err
	}
	next, event, err := t.Apply(a, m, c, tx.At())
	if err != nil {
		return t, err
	}
	next = next.Joined(why, c, hours, tx.At())
	event.Data = map[string]any{"why": string(why), "answer_due": *next.JointDue, "urgency": next.Urgency, "due": next.ResolveDue}
	return s.write(tx, t, next, event)
}

// joinIfDue makes t joint where as many households stand behind it as the rule asks for.
func (s *Store) joinIfDue(tx storage.Tx, t ticket.Ticket) (ticket.Ticket, error) {
	if t.JointAt != nil || !t.Supportable() {
		return t, nil
	}
	c, err := s.catalogueIn(tx)
	if err != nil {
		return t, err
	}
	n, err := voices(tx, t)
	if err != nil || n < c.JointRule().Households {
		return t, err
	}
	if t, err = s.runOn(tx, t, ticket.EndJoint); err != nil {
		return t, err
	}
	return s.joinIn(tx, models.SystemActor, t, c, ticket.JointByHouseholds, ticket.Move{Action: ticket.Joint})
}

// AnswerJoint takes the party's written answer to a joint matter: whether it accepts it, and its words.
func (s *Store) AnswerJoint(ctx context.Context, a models.Actor, id int64, asked ticket.JointAnswered) (ticket.View, error) {
	return s.viewing(ctx, a, func(tx storage.Tx) (ticket.Ticket, error) {
		t, c, err := s.loadWith(tx, a, id)
		if err != nil {
			return t, err
		}
		if asked.Text, err = ticket.CheckText(asked.Text, "text", true, c.MaxText); err != nil {
			return t, err
		}
		if !ticket.Substantive(asked.Text) {
			return t, models.RefuseField("ticket.joint_answer_words", "text")
		}
		return s.moveIn(tx, a, t, ticket.Move{Action: ticket.JointAnswer, Note: asked.Text, Version: asked.Version}, map[string]any{"accepted": asked.Accepted})
	})
}

// JoinDue gives a voice to supporters whose residence was approved after they spoke, and makes joint what has the voices
// for it; at most limit tickets, each in a transaction of its own. It returns how many it looked at.
func (s *Store) JoinDue(ctx context.Context, limit int) (int, error) {
	return s.eachDue(ctx, s.settleVoices, func(tx storage.Tx) *gorm.DB { return lateVoices(tx).Distinct("s.ticket_id").Limit(limit) })
}

// lateVoices are the supports of open tickets without a household whose author has one there by now.
func lateVoices(tx storage.Tx) *gorm.DB {
	return tx.DB().Table("ticket_supports s").
		Joins("JOIN tickets t ON t.id = s.ticket_id AND t.open = TRUE").
		Joins("JOIN memberships m ON m.account_id = s.author_id AND m.role = ? AND m.status = ? AND (m.valid_to IS NULL OR m.valid_to > ?)", models.Resident, models.Approved, tx.Today()).
		Joins("JOIN units u ON u.id = m.scope_id AND u.estate_id = t.estate_id").
		Where("s.unit_id = 0 AND s.withdrawn_at IS NULL")
}

func (s *Store) settleVoices(tx storage.Tx, id int64) error {
	t, err := forUpdate(tx, id)
	if err != nil {
		return err
	}
	var found []struct{ ID, Unit int64 }
	err = lateVoices(tx).Select("s.id, min(u.id) AS unit").Where("s.ticket_id = ?", id).Group("s.id").Limit(1000).Scan(&found).Error
	if err != nil {
		return err
	}
	for _, one := range found {
		// The voice is counted from now on, so that the band which people read does not move in the middle of a day.
		err := tx.DB().Model(&ticket.Support{}).Where("id = ?", one.ID).Updates(map[string]any{"unit_id": one.Unit, "at": tx.At()}).Error
		if err != nil {
			return err
		}
	}
	_, err = s.joinIfDue(tx, t)
	return err
}
