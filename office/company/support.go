package company

import (
	"context"
	"crypto/sha256"
	"encoding/hex"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/core/ident"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/audit"
)

// Support is how customers reach the firm: they see it in the portal and in mails. It is nothing of
// the administrator's own (users), which stays confidential.
type Support struct {
	Email   string `json:"email"`
	Phone   string `json:"phone"`
	HoursFR string `json:"hoursFr"` // where one language is empty, customers read the other one
	HoursEN string `json:"hoursEn"`
	Seen    string `json:"seen"` // mark of what was read; saving over what somebody else changed meanwhile is refused
}

func supportOf(f Firm) Support {
	s := Support{Email: f.SupportEmail, Phone: f.SupportPhone, HoursFR: f.SupportHoursFR, HoursEN: f.SupportHoursEN}
	sum := sha256.Sum256([]byte(s.Email + "\n" + s.Phone + "\n" + s.HoursFR + "\n" + s.HoursEN))
	s.Seen = hex.EncodeToString(sum[:8])
	return s
}

// Support gives the section Soutien technique.
func (s *Service) Support(ctx context.Context, who actor.Actor) (x Support, err error) {
	if err := who.Need(actor.Look); err != nil {
		return Support{}, err
	}
	err = s.db.Read(ctx, func(q *gen.Queries) error {
		f, err := Get(ctx, q)
		x = supportOf(f)
		return err
	})
	return x, err
}

// SaveSupport changes it, whole or not at all.
func (s *Service) SaveSupport(ctx context.Context, who actor.Actor, in Support) (x Support, err error) {
	if err := who.Need(actor.Configure); err != nil {
		return Support{}, err
	}
	var form fault.Form
	trimAll(&in.HoursFR, &in.HoursEN)
	Field(&form, "email", &in.Email, ident.CheckEmail)
	Field(&form, "phone", &in.Phone, ident.CheckPhone)
	form.MaxLen("hoursFr", in.HoursFR, 200)
	form.MaxLen("hoursEn", in.HoursEN, 200)
	if err := form.Err(); err != nil {
		return Support{}, err
	}
	err = s.db.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		before, err := Get(ctx, tx.Queries)
		if err != nil {
			return err
		}
		if supportOf(before).Seen != in.Seen {
			return fault.New(fault.Conflict, "fault.stale")
		}
		in.Phone = ident.WritePhone(before.Country, in.Phone)
		if err := tx.SetSupport(ctx, gen.SetSupportParams{SupportEmail: in.Email, SupportPhone: in.Phone, SupportHoursFr: in.HoursFR, SupportHoursEn: in.HoursEN}); err != nil {
			return err
		}
		after, err := Get(ctx, tx.Queries)
		if err != nil {
			return err
		}
		x = supportOf(after)
		return audit.Write(ctx, tx, who, audit.Record{Action: "company.support_changed", ObjectKind: "company", ObjectID: 1, Details: map[string]any{"fields": audit.Changed(before, after)}})
	})
	return x, err
}
