package app

import (
	"context"

	"comptoir/core/actor"
	"comptoir/office/contracts"
)

// ContractAct is a decision about a contract: the version is that of the page it was seen on.
type ContractAct struct {
	ID      string `json:"id"`
	Version int64  `json:"version"`
	On      string `json:"on"`     // day of the signature, last day, new last day
	Reason  string `json:"reason"` // of an end, of a cancelling
}

// contractStep is one of the steps of office/contracts.
type contractStep func(ctx context.Context, who actor.Actor, a contracts.Act) (contracts.View, error)

func (s *Contracts) act(a ContractAct, key, path, message string, step func(h *House) contractStep) (Done, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return Done{}, err
	}
	on, err := dayOf(path, a.On)
	if err != nil {
		return Done{}, err
	}
	v, err := step(h)(s.desk.ctx, who, contracts.Act{Key: key, ContractID: a.ID, Version: a.Version, On: on, Reason: a.Reason})
	if err != nil {
		return Done{}, err
	}
	return Done{ID: v.PublicID, Number: v.Number, Message: s.desk.t("common.contracts.done."+message, map[string]any{"number": v.Number, "date": on})}, nil
}

// ToReview says that a draft is being reviewed.
func (s *Contracts) ToReview(a ContractAct, key string) (Done, error) {
	return s.act(a, key, "on", "review", func(h *House) contractStep { return h.Contracts.ToReview })
}

// ToBeSigned says that a contract waits for signatures.
func (s *Contracts) ToBeSigned(a ContractAct, key string) (Done, error) {
	return s.act(a, key, "on", "to_sign", func(h *House) contractStep { return h.Contracts.ToBeSigned })
}

// Reopen takes a contract back to its making.
func (s *Contracts) Reopen(a ContractAct, key string) (Done, error) {
	return s.act(a, key, "on", "draft", func(h *House) contractStep { return h.Contracts.BackToDraft })
}

// MarkSigned says that a contract was signed on paper on a day.
func (s *Contracts) MarkSigned(a ContractAct, key string) (Done, error) {
	return s.act(a, key, "on", "signed", func(h *House) contractStep { return h.Contracts.MarkSigned })
}

// Renew makes the term longer, until a day.
func (s *Contracts) Renew(a ContractAct, key string) (Done, error) {
	return s.act(a, key, "until", "renewed", func(h *House) contractStep { return h.Contracts.Renew })
}

// End decides the last day.
func (s *Contracts) End(a ContractAct, key string) (Done, error) {
	return s.act(a, key, "lastDay", "ended", func(h *House) contractStep { return h.Contracts.End })
}

// Keep takes a decided last day back.
func (s *Contracts) Keep(a ContractAct, key string) (Done, error) {
	return s.act(a, key, "on", "kept", func(h *House) contractStep { return h.Contracts.Keep })
}

// Cancel gives up a contract that has not begun.
func (s *Contracts) Cancel(a ContractAct, key string) (Done, error) {
	return s.act(a, key, "on", "cancelled", func(h *House) contractStep { return h.Contracts.Cancel })
}

// ContractProposal is the day that a renewal or an end proposes, with its sentence.
type ContractProposal struct {
	On    string `json:"on"`
	Words string `json:"words"`
}

// RenewLook proposes the new last day of a contract and says what a day comes to ("" = the proposal).
func (s *Contracts) RenewLook(id, until string) (ContractProposal, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return ContractProposal{}, err
	}
	on, err := dayOf("until", until)
	if err != nil {
		return ContractProposal{}, err
	}
	p, err := h.Contracts.RenewLook(s.desk.ctx, who, id, on)
	if err != nil {
		return ContractProposal{}, err
	}
	return ContractProposal{On: p.On.String(), Words: s.desk.t("common.contracts.look.renew", map[string]any{"start": p.From, "end": p.On})}, nil
}

// EndLook proposes the last day of a contract: the earliest that its notice allows, if notice is given today.
func (s *Contracts) EndLook(id string) (ContractProposal, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return ContractProposal{}, err
	}
	p, err := h.Contracts.EndLook(s.desk.ctx, who, id)
	if err != nil {
		return ContractProposal{}, err
	}
	return ContractProposal{On: p.On.String(), Words: s.desk.t("common.contracts.look.end_"+p.Why, map[string]any{"end": p.On, "date": p.By})}, nil
}

// ContractType is a type of contract.
type ContractType struct {
	ID         string `json:"id"`
	Version    int64  `json:"version"`
	Name       string `json:"name"`
	FilesShown bool   `json:"filesShown"` // attachments are visible when a contract of this type is shared
	Archived   bool   `json:"archived"`
	Contracts  int64  `json:"contracts"`
}

// Types gives the types, archived ones last.
func (s *Contracts) Types() ([]ContractType, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return nil, err
	}
	types, err := h.Contracts.Types(s.desk.ctx, who)
	list := make([]ContractType, 0, len(types))
	for _, t := range types {
		list = append(list, ContractType{ID: t.PublicID, Version: t.Version, Name: t.Name, FilesShown: t.FilesShown, Archived: t.Archived, Contracts: t.Contracts})
	}
	return list, err
}

// SaveType makes a type (id "") or changes one.
func (s *Contracts) SaveType(t ContractType, key string) ([]ContractType, error) {
	return s.onTypes(func(h *House, who actor.Actor) error {
		return h.Contracts.SaveType(s.desk.ctx, who, key, contracts.Type{PublicID: t.ID, Version: t.Version, Name: t.Name, FilesShown: t.FilesShown})
	})
}

// ArchiveType takes a type out of what may be chosen, or brings it back.
func (s *Contracts) ArchiveType(id string, version int64, archived bool) ([]ContractType, error) {
	return s.onTypes(func(h *House, who actor.Actor) error {
		return h.Contracts.ArchiveType(s.desk.ctx, who, id, version, archived)
	})
}

// DeleteType takes away a type that no contract has.
func (s *Contracts) DeleteType(id string, version int64) ([]ContractType, error) {
	return s.onTypes(func(h *House, who actor.Actor) error { return h.Contracts.DeleteType(s.desk.ctx, who, id, version) })
}

// OrderTypes puts the types in this order.
func (s *Contracts) OrderTypes(ids []string) ([]ContractType, error) {
	return s.onTypes(func(h *House, who actor.Actor) error { return h.Contracts.OrderTypes(s.desk.ctx, who, ids) })
}

func (s *Contracts) onTypes(do func(h *House, who actor.Actor) error) ([]ContractType, error) {
	h, who, err := s.desk.open()
	if err == nil {
		err = do(h, who)
	}
	if err != nil {
		return nil, err
	}
	return s.Types()
}

// Owners gives the users who may look after a contract.
func (s *Contracts) Owners() ([]ContractPerson, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return nil, err
	}
	people, err := h.Contracts.Owners(s.desk.ctx, who)
	list := make([]ContractPerson, 0, len(people))
	for _, p := range people {
		list = append(list, ContractPerson{ID: p.PublicID, Name: p.Name, Closed: p.Closed})
	}
	return list, err
}

// ContractSettings are those of all contracts.
type ContractSettings struct {
	Version   int64 `json:"version"`
	FileMaxMB int64 `json:"fileMaxMb"` // of one attachment, 1 to 500
}

// Settings gives them.
func (s *Contracts) Settings() (ContractSettings, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return ContractSettings{}, err
	}
	x, err := h.Contracts.Settings(s.desk.ctx, who)
	return ContractSettings(x), err
}

// SaveSettings changes them.
func (s *Contracts) SaveSettings(x ContractSettings) (ContractSettings, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return ContractSettings{}, err
	}
	if err := h.Contracts.SaveSettings(s.desk.ctx, who, contracts.Settings(x)); err != nil {
		return ContractSettings{}, err
	}
	return s.Settings()
}
