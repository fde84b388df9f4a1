package company

import (
	"context"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/audit"
)

// PhoneSystem is the telephone system and the provider that carry the firm's calls. The window
// shows it; provisioning alone says what it is (spec/settings, Système téléphonique).
type PhoneSystem struct {
	PBX      string `json:"pbx"`
	Provider string `json:"provider"`
	SetAt    string `json:"setAt"` // "" = never
}

// PhoneSystem gives it to the firm's own people.
func (s *Service) PhoneSystem(ctx context.Context, who actor.Actor) (p PhoneSystem, err error) {
	if err := who.Need(actor.Look); err != nil {
		return PhoneSystem{}, err
	}
	err = s.db.Read(ctx, func(q *gen.Queries) error {
		p, err = phoneSystem(ctx, q)
		return err
	})
	return p, err
}

func phoneSystem(ctx context.Context, q *gen.Queries) (PhoneSystem, error) {
	c, err := q.GetCompany(ctx)
	return PhoneSystem{PBX: c.Pbx, Provider: c.PhoneProvider, SetAt: c.PhoneSetAt}, db.NotFound(err)
}

// SetPhoneSystem is provisioning's: the machine or its command line. Nobody at the window may, of
// whatever role. Saying the same again changes nothing.
func (s *Service) SetPhoneSystem(ctx context.Context, who actor.Actor, in PhoneSystem) (p PhoneSystem, err error) {
	if who.Kind != actor.System && who.Kind != actor.CommandLine {
		return PhoneSystem{}, fault.New(fault.Forbidden, "fault.phone_provisioned")
	}
	var form fault.Form
	trimAll(&in.PBX, &in.Provider)
	form.MaxLen("pbx", in.PBX, 100)
	form.MaxLen("provider", in.Provider, 100)
	if err := form.Err(); err != nil {
		return PhoneSystem{}, err
	}
	err = s.db.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		before, err := phoneSystem(ctx, tx.Queries)
		if err != nil {
			return err
		}
		fields := []string{}
		if before.PBX != in.PBX {
			fields = append(fields, "pbx")
		}
		if before.Provider != in.Provider {
			fields = append(fields, "provider")
		}
		if p = before; len(fields) == 0 && before.SetAt != "" {
			return nil
		}
		if err := tx.SetPhoneSystem(ctx, gen.SetPhoneSystemParams{Pbx: in.PBX, PhoneProvider: in.Provider, PhoneSetAt: tx.Stamp()}); err != nil {
			return err
		}
		p = PhoneSystem{PBX: in.PBX, Provider: in.Provider, SetAt: tx.Stamp()}
		return audit.Write(ctx, tx, who, audit.Record{Action: "company.phone_system_set", ObjectKind: "company", ObjectID: 1, Details: map[string]any{"fields": fields}})
	})
	return p, err
}
