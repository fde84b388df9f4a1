package contracts

import (
	"context"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/core/locale"
	"comptoir/core/text"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/audit"
	"comptoir/office/company"
)

const maxTypeName = 80

// firstTypes are the types that a firm starts with: texts common.contracts.type.<name>.
var firstTypes = []string{"services", "maintenance", "sale", "rental", "confidentiality", "partnership", "other"}

// Type is a type of contract. FilesShown: attachments are visible by default when a contract of
// this type is shared; contracts that were shared before keep what was said then.
type Type struct {
	PublicID   string
	Version    int64
	Name       string
	FilesShown bool
	Archived   bool
	Contracts  int64 // how many there are
}

// Types gives the types, archived ones last. The first time they are made, in the firm's
// language.
func (s *Service) Types(ctx context.Context, who actor.Actor) (types []Type, err error) {
	if err := who.Need(actor.Look); err != nil {
		return nil, err
	}
	if err := s.seed(ctx); err != nil {
		return nil, err
	}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		rows, err := q.ContractTypes(ctx)
		types = make([]Type, 0, len(rows))
		for _, r := range rows {
			types = append(types, Type{PublicID: r.PublicID, Version: r.Version, Name: r.Name, FilesShown: r.FilesShown == 1, Archived: r.ArchivedAt != nil, Contracts: r.Contracts})
		}
		return err
	})
	return types, err
}

// seed makes the first types, once.
func (s *Service) seed(ctx context.Context) error {
	seeded := false
	err := s.DB.Read(ctx, func(q *gen.Queries) error {
		row, err := q.ContractSettings(ctx)
		seeded = row.TypesSeeded == 1
		return err
	})
	if err != nil || seeded {
		return err
	}
	return s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		n, err := tx.MarkContractTypesSeeded(ctx)
		if err != nil || n == 0 {
			return err
		}
		firm, err := company.Get(ctx, tx.Queries)
		if err != nil {
			return err
		}
		for _, t := range firstTypes {
			name := locale.T(locale.Of(firm.Language), "common.contracts.type."+t, nil)
			if n, err := tx.CountContractTypeName(ctx, gen.CountContractTypeNameParams{Name: name}); err != nil || n > 0 {
				if err != nil {
					return err
				}
				continue
			}
			if _, err := tx.InsertContractType(ctx, gen.InsertContractTypeParams{PublicID: s.IDs(), Name: name}); err != nil {
				return err
			}
		}
		return nil
	})
}

// SaveType makes a type (PublicID "") or changes one.
func (s *Service) SaveType(ctx context.Context, who actor.Actor, key string, t Type) error {
	return s.writeTypes(ctx, who, func(ctx context.Context, tx *db.Tx) error {
		t.Name = text.Line(t.Name)
		var id int64
		return audit.Once(ctx, tx, key, "contract_type.save", t, &id, func() (err error) {
			id, err = s.saveType(ctx, tx, t)
			if err != nil {
				return err
			}
			return audit.Write(ctx, tx, who, audit.Record{Action: "contract_type.saved", ObjectKind: "contract_type", ObjectID: id, Details: map[string]any{"name": t.Name}})
		})
	})
}

func (s *Service) saveType(ctx context.Context, tx *db.Tx, t Type) (int64, error) {
	row := gen.ContractType{}
	if t.PublicID != "" {
		var err error
		if row, err = typeOf(ctx, tx, t.PublicID, t.Version); err != nil {
			return 0, err
		}
	}
	var form fault.Form
	form.Need("name", t.Name)
	form.MaxLen("name", t.Name, maxTypeName)
	n, err := tx.CountContractTypeName(ctx, gen.CountContractTypeNameParams{Name: t.Name, ID: row.ID})
	if err != nil {
		return 0, err
	}
	if n > 0 {
		form.Add("name", "fault.contracts.type_exists", "name", t.Name)
	}
	if err := form.Err(); err != nil {
		return 0, err
	}
	if row.ID == 0 {
		return tx.InsertContractType(ctx, gen.InsertContractTypeParams{PublicID: s.IDs(), Name: t.Name, FilesShown: flag(t.FilesShown)})
	}
	n, err = tx.UpdateContractType(ctx, gen.UpdateContractTypeParams{ID: row.ID, Version: row.Version, Name: t.Name, FilesShown: flag(t.FilesShown)})
	if err == nil && n == 0 {
		err = errStale()
	}
	if err == nil && row.FilesShown != flag(t.FilesShown) {
		err = tx.SetContractsFilesShown(ctx, gen.SetContractsFilesShownParams{TypeID: &row.ID, FilesShown: flag(t.FilesShown)})
	}
	return row.ID, err
}

func typeOf(ctx context.Context, tx *db.Tx, publicID string, version int64) (gen.ContractType, error) {
	row, err := tx.ContractTypeByPublicID(ctx, publicID)
	if err == nil && row.Version != version {
		err = errStale()
	}
	return row, db.NotFound(err)
}

// writeTypes runs a change of the types or settings and tells the window.
func (s *Service) writeTypes(ctx context.Context, who actor.Actor, fn func(ctx context.Context, tx *db.Tx) error) error {
	if err := who.Need(actor.Configure); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		tx.AfterCommit(func() { s.Changed(topic) })
		return fn(ctx, tx)
	})
}

// ArchiveType takes a type out of what may be chosen, or brings it back; contracts keep it.
func (s *Service) ArchiveType(ctx context.Context, who actor.Actor, publicID string, version int64, archived bool) error {
	return s.writeTypes(ctx, who, func(ctx context.Context, tx *db.Tx) error {
		row, err := typeOf(ctx, tx, publicID, version)
		if err != nil {
			return err
		}
		p, action := gen.ArchiveContractTypeParams{ID: row.ID, Version: row.Version}, "contract_type.restored"
		if archived {
			at := tx.Stamp()
			p.ArchivedAt, action = &at, "contract_type.archived"
		}
		if n, err := tx.ArchiveContractType(ctx, p); err != nil || n == 0 {
			return firstOf(err, errStale())
		}
		return audit.Write(ctx, tx, who, audit.Record{Action: action, ObjectKind: "contract_type", ObjectID: row.ID, Details: map[string]any{"name": row.Name}})
	})
}

// DeleteType takes away a type that no contract has.
func (s *Service) DeleteType(ctx context.Context, who actor.Actor, publicID string, version int64) error {
	return s.writeTypes(ctx, who, func(ctx context.Context, tx *db.Tx) error {
		row, err := typeOf(ctx, tx, publicID, version)
		if err != nil {
			return err
		}
		if n, err := tx.DeleteContractType(ctx, gen.DeleteContractTypeParams{ID: row.ID, Version: row.Version}); err != nil || n == 0 {
			return firstOf(err, fault.New(fault.Conflict, "fault.contracts.type_used", "name", row.Name))
		}
		return audit.Write(ctx, tx, who, audit.Record{Action: "contract_type.deleted", ObjectKind: "contract_type", ObjectID: row.ID, Details: map[string]any{"name": row.Name}})
	})
}

// OrderTypes puts the types in this order; those not named stand behind.
func (s *Service) OrderTypes(ctx context.Context, who actor.Actor, publicIDs []string) error {
	return s.writeTypes(ctx, who, func(ctx context.Context, tx *db.Tx) error {
		for i, publicID := range publicIDs {
			if err := tx.PlaceContractType(ctx, gen.PlaceContractTypeParams{PublicID: publicID, Position: int64(i + 1)}); err != nil {
				return err
			}
		}
		return nil
	})
}

// firstOf gives the first that is one.
func firstOf(first, second error) error {
	if first != nil {
		return first
	}
	return second
}

// MostFileMB is the largest limit that may be set for one attachment.
const MostFileMB = 500

// Settings are those of all contracts.
type Settings struct {
	Version   int64
	FileMaxMB int64 // of one attachment
}

// Settings gives them.
func (s *Service) Settings(ctx context.Context, who actor.Actor) (x Settings, err error) {
	if err := who.Need(actor.Look); err != nil {
		return Settings{}, err
	}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		row, err := q.ContractSettings(ctx)
		x = Settings{Version: row.Version, FileMaxMB: row.FileMaxMb}
		return err
	})
	return x, err
}

// SaveSettings changes them.
func (s *Service) SaveSettings(ctx context.Context, who actor.Actor, x Settings) error {
	return s.writeTypes(ctx, who, func(ctx context.Context, tx *db.Tx) error {
		if x.FileMaxMB < 1 || x.FileMaxMB > MostFileMB {
			var form fault.Form
			form.Add("fileMaxMb", "fault.range", "min", 1, "max", MostFileMB)
			return form.Err()
		}
		if n, err := tx.UpdateContractSettings(ctx, gen.UpdateContractSettingsParams{FileMaxMb: x.FileMaxMB, Version: x.Version}); err != nil || n == 0 {
			return firstOf(err, errStale())
		}
		return audit.Write(ctx, tx, who, audit.Record{Action: "contract_settings.saved", ObjectKind: "contract_settings", ObjectID: 1, Details: map[string]any{"fields": []string{"fileMaxMb"}}})
	})
}
