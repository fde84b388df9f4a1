package app

import (
	"comptoir/core/actor"
	"comptoir/office/contracts"
)

// ContractMilestone is a milestone of a contract (jalon).
type ContractMilestone struct {
	ID          string `json:"id"` // "" = a new one
	Version     int64  `json:"version"`
	Title       string `json:"title"`
	Description string `json:"description"`
	DueOn       string `json:"dueOn"`
	State       string `json:"state"` // open, done, cancelled
	DoneOn      string `json:"doneOn"`
	Late        bool   `json:"late"`
	AmountMinor int64  `json:"amountMinor"` // without tax, in the contract's currency; 0 = none
	Bill        string `json:"bill"`        // quote, deposit, invoice, recurring
	InPortal    bool   `json:"inPortal"`
	Used        bool   `json:"used"` // something was made of it: it can be cancelled, not deleted
}

func milestoneViews(list []contracts.Milestone) []ContractMilestone {
	views := make([]ContractMilestone, 0, len(list))
	for _, m := range list {
		views = append(views, ContractMilestone{ID: m.PublicID, Version: m.Version, Title: m.Title, Description: m.Description, DueOn: m.DueOn, State: m.State, DoneOn: m.DoneOn, Late: m.Late, AmountMinor: m.AmountMinor, Bill: m.Bill, InPortal: m.InPortal, Used: m.Used})
	}
	return views
}

func (s *Contracts) onMilestones(do func(h *House, who actor.Actor) ([]contracts.Milestone, error)) ([]ContractMilestone, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return nil, err
	}
	list, err := do(h, who)
	return milestoneViews(list), err
}

// Milestones gives those of a contract, in their order.
func (s *Contracts) Milestones(id string) ([]ContractMilestone, error) {
	return s.onMilestones(func(h *House, who actor.Actor) ([]contracts.Milestone, error) {
		return h.Contracts.Milestones(s.desk.ctx, who, id)
	})
}

// SaveMilestone adds a milestone (id "") at the end, or changes one.
func (s *Contracts) SaveMilestone(id string, m ContractMilestone, key string) ([]ContractMilestone, error) {
	return s.onMilestones(func(h *House, who actor.Actor) ([]contracts.Milestone, error) {
		return h.Contracts.SaveMilestone(s.desk.ctx, who, key, id, contracts.Milestone{PublicID: m.ID, Version: m.Version, Title: m.Title, Description: m.Description, DueOn: m.DueOn, AmountMinor: m.AmountMinor, Bill: m.Bill})
	})
}

// OrderMilestones puts them in this order.
func (s *Contracts) OrderMilestones(id string, milestoneIDs []string) ([]ContractMilestone, error) {
	return s.onMilestones(func(h *House, who actor.Actor) ([]contracts.Milestone, error) {
		return h.Contracts.OrderMilestones(s.desk.ctx, who, id, milestoneIDs)
	})
}

// MilestoneDone says that a milestone is reached, on which day ("" = today), or that it is not.
func (s *Contracts) MilestoneDone(id, milestoneID string, version int64, done bool, on string) ([]ContractMilestone, error) {
	day, err := dayOf("doneOn", on)
	if err != nil {
		return nil, err
	}
	return s.onMilestones(func(h *House, who actor.Actor) ([]contracts.Milestone, error) {
		return h.Contracts.MilestoneDone(s.desk.ctx, who, id, milestoneID, version, done, day)
	})
}

// CancelMilestone says that a milestone will not come, or that it will after all.
func (s *Contracts) CancelMilestone(id, milestoneID string, version int64, cancelled bool) ([]ContractMilestone, error) {
	return s.onMilestones(func(h *House, who actor.Actor) ([]contracts.Milestone, error) {
		return h.Contracts.CancelMilestone(s.desk.ctx, who, id, milestoneID, version, cancelled)
	})
}

// ShowMilestone shows a milestone in the portal or hides it.
func (s *Contracts) ShowMilestone(id, milestoneID string, shown bool) ([]ContractMilestone, error) {
	return s.onMilestones(func(h *House, who actor.Actor) ([]contracts.Milestone, error) {
		return h.Contracts.ShowMilestone(s.desk.ctx, who, id, milestoneID, shown)
	})
}

// ShowMilestones shows several milestones in the portal or hides them.
func (s *Contracts) ShowMilestones(id string, milestoneIDs []string, shown bool) ([]ContractMilestone, error) {
	return s.onMilestones(func(h *House, who actor.Actor) ([]contracts.Milestone, error) {
		return h.Contracts.ShowMilestones(s.desk.ctx, who, id, milestoneIDs, shown)
	})
}

// DeleteMilestone takes away a milestone of which nothing was made.
func (s *Contracts) DeleteMilestone(id, milestoneID string, version int64) ([]ContractMilestone, error) {
	return s.onMilestones(func(h *House, who actor.Actor) ([]contracts.Milestone, error) {
		return h.Contracts.DeleteMilestone(s.desk.ctx, who, id, milestoneID, version)
	})
}
