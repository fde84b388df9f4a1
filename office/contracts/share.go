package contracts

import (
	"context"
	"slices"
	"strconv"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/audit"
	"comptoir/office/outbox"
)

// Share is the firm's wish to show a contract in the portal (spec/contracts, Sharing). Ids are public.
type Share struct {
	Key         string // of the command
	ContractID  string
	Version     int64  // of the contract, as the window showed it
	RequesterID string // the contact that asks for the contract
	WatcherIDs  []string
	AllFiles    bool // all attachments and folders become visible, and what is added
	Again       bool // write also to those who were told before
}

// Shared is what came of it.
type Shared struct {
	ContractID string   `json:"contractId"`
	Version    int64    `json:"version"`
	Told       []string `json:"told"` // names of those to whom a mail goes
}

// watchersMost bounds the watchers of one contract: the contacts that a customer may have.
const watchersMost = 200

// ShareContract shows a contract to its requester and its watchers, and mails those of them who
// were not told before. Shared again, it changes who they are. The same key again mails nobody twice.
func (s *Service) ShareContract(ctx context.Context, who actor.Actor, in Share) (done Shared, err error) {
	if err := who.Need(actor.Contracting); err != nil {
		return Shared{}, err
	}
	err = s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		return audit.Once(ctx, tx, in.Key, "contract.share", in, &done, func() (err error) {
			done, err = s.share(ctx, tx, who, in)
			return err
		})
	})
	return done, err
}

func (s *Service) share(ctx context.Context, tx *db.Tx, who actor.Actor, in Share) (Shared, error) {
	c, err := byPublicID(ctx, tx.Queries, in.ContractID)
	if err != nil {
		return Shared{}, err
	}
	people, err := tx.ContractFellows(ctx, c.ID)
	if err != nil {
		return Shared{}, err
	}
	chosen, err := choose(ctx, tx.Queries, people, in)
	if err != nil {
		return Shared{}, err
	}
	n, err := tx.ShareContract(ctx, gen.ShareContractParams{RequesterID: &chosen.requester.ID, Now: tx.Stamp(), ID: c.ID, Version: in.Version})
	if err != nil {
		return Shared{}, err
	}
	if n == 0 {
		return Shared{}, errStale()
	}
	if err := rename(ctx, tx, c.ID, people, chosen); err != nil {
		return Shared{}, err
	}
	if in.AllFiles {
		err = s.showEverything(ctx, tx, who, c.ID, true)
	} else {
		err = tx.SetContractFilesShown(ctx, gen.SetContractFilesShownParams{ID: c.ID, FilesShown: 0})
	}
	if err != nil {
		return Shared{}, err
	}
	told, err := s.tell(ctx, tx, c, chosen, in)
	if err != nil {
		return Shared{}, err
	}
	tx.AfterCommit(func() { s.Changed(topic, "mails") })
	watchers := make([]int64, 0, len(chosen.watchers))
	for _, k := range chosen.watchers {
		watchers = append(watchers, k.ID)
	}
	details := map[string]any{"requester": chosen.requester.ID, "watchers": watchers, "all_files": in.AllFiles, "told": len(told)}
	if err := audit.Write(ctx, tx, who, audit.Record{Action: "contract.shared", ObjectKind: "contract", ObjectID: c.ID, Details: details}); err != nil {
		return Shared{}, err
	}
	row, err := tx.ContractByID(ctx, c.ID)
	return Shared{ContractID: c.PublicID, Version: row.Version, Told: told}, db.NotFound(err)
}

// chosen are the people of a sharing.
type chosen struct {
	requester gen.ContractFellowsRow
	watchers  []gen.ContractFellowsRow // without the requester, in the order of the list
}

func (c chosen) all() []gen.ContractFellowsRow {
	return append([]gen.ContractFellowsRow{c.requester}, c.watchers...)
}

// choose looks up who was picked; who cannot be is refused beside its field, with the reason.
func choose(ctx context.Context, q *gen.Queries, people []gen.ContractFellowsRow, in Share) (c chosen, err error) {
	var form fault.Form
	form.Need("requesterId", in.RequesterID)
	pick := func(path, publicID string) (gen.ContractFellowsRow, error) {
		i := slices.IndexFunc(people, func(k gen.ContractFellowsRow) bool { return k.PublicID == publicID })
		if i < 0 {
			return gen.ContractFellowsRow{}, notOfThem(ctx, q, &form, path, publicID)
		}
		if why := barred(people[i]); why != "" {
			form.Add(path, "fault.contracts.share_"+why, "name", people[i].Name)
		}
		return people[i], nil
	}
	if in.RequesterID != "" {
		if c.requester, err = pick("requesterId", in.RequesterID); err != nil {
			return chosen{}, err
		}
	}
	if len(in.WatcherIDs) > watchersMost {
		form.Add("watcherIds", "fault.contracts.share_many", "most", int64(watchersMost))
		return chosen{}, form.Err()
	}
	seen := []string{in.RequesterID} // the requester reads it already
	for _, id := range in.WatcherIDs {
		if slices.Contains(seen, id) {
			continue
		}
		seen = append(seen, id)
		k, err := pick("watcherIds", id)
		if err != nil {
			return chosen{}, err
		}
		c.watchers = append(c.watchers, k)
	}
	return c, form.Err()
}

// notOfThem says why somebody who is no living contact of the customer cannot be chosen.
func notOfThem(ctx context.Context, q *gen.Queries, form *fault.Form, path, publicID string) error {
	k, err := q.ContactByPublicID(ctx, publicID)
	switch err = db.NotFound(err); {
	case fault.Is(err, fault.NotFound):
		form.Add(path, "fault.choice")
	case err != nil:
		return err
	case k.ArchivedAt != nil:
		form.Add(path, "fault.contracts.share_archived", "name", k.Name)
	default:
		of, err := q.CustomerByID(ctx, k.CustomerID)
		if err != nil {
			return db.NotFound(err)
		}
		form.Add(path, "fault.contracts.share_other_customer", "name", k.Name, "customer", of.Name)
	}
	return nil
}

// barred is why a contact of the customer cannot be shown a contract: no_access (it has none),
// closed (its group does not use the portal), area (contracts are shut to it); "" = it can.
func barred(k gen.ContractFellowsRow) string {
	switch {
	case k.PortalAccess == 0:
		return "no_access"
	case k.LetIn == 0:
		return "closed"
	case k.OpenTo == 0:
		return "area"
	}
	return ""
}

// rename brings the watchers in line. Who is taken off would be new again.
func rename(ctx context.Context, tx *db.Tx, contractID int64, people []gen.ContractFellowsRow, c chosen) error {
	is := func(list []gen.ContractFellowsRow, id int64) bool {
		return slices.ContainsFunc(list, func(k gen.ContractFellowsRow) bool { return k.ID == id })
	}
	for _, k := range people {
		switch keep := is(c.watchers, k.ID); {
		case keep && k.Watcher == 0:
			if err := tx.InsertWatcher(ctx, gen.InsertWatcherParams{ContractID: contractID, ContactID: k.ID, AddedAt: tx.Stamp()}); err != nil {
				return err
			}
		case !keep && k.Watcher == 1:
			if err := tx.DeleteWatcher(ctx, gen.DeleteWatcherParams{ContractID: contractID, ContactID: k.ID}); err != nil {
				return err
			}
		}
		if !is(c.all(), k.ID) {
			if err := tx.DeleteTold(ctx, gen.DeleteToldParams{ContractID: contractID, ContactID: k.ID}); err != nil {
				return err
			}
		}
	}
	return nil
}

// due tells whether a sharing writes to a contact: to who is new and has an address.
func due(k gen.ContractFellowsRow, again bool) bool { return k.Email != "" && (again || k.Told == 0) }

// tell queues a mail to each who is new; it gives their names.
func (s *Service) tell(ctx context.Context, tx *db.Tx, c gen.Contract, who chosen, in Share) ([]string, error) {
	told := []string{}
	for _, k := range who.all() {
		if !due(k, in.Again) {
			continue
		}
		role := "watcher"
		if k.ID == who.requester.ID {
			role = "requester"
		}
		m := outbox.Mail{Key: "contract_shared/" + c.PublicID + "/" + strconv.FormatInt(k.ID, 10) + "/" + in.Key, Kind: outbox.ContractShared, Lang: k.Language, ToAddress: k.Email, ToName: k.Name,
			CustomerID: c.CustomerID, ContactID: k.ID, ContractID: c.ID, Args: map[string]string{"number": c.Number, "title": c.Title, "role": role}}
		if s.IssueLink != nil {
			link, err := s.IssueLink(ctx, tx, k.ID, c.ID)
			if err != nil {
				return nil, err
			}
			m.LinkID = link
		}
		if _, err := outbox.QueueMail(ctx, tx, s.IDs, m); err != nil {
			return nil, err
		}
		if err := tx.InsertTold(ctx, gen.InsertToldParams{ContractID: c.ID, ContactID: k.ID, ToldAt: tx.Stamp()}); err != nil {
			return nil, err
		}
		told = append(told, k.Name)
	}
	return told, nil
}

// HideContract takes a contract out of the portal (*Masquer*): with the next page that anybody
// outside asks for, it is not found. Who its requester and watchers are stays for when it is shown
// again. Hidden twice, it is hidden.
func (s *Service) HideContract(ctx context.Context, who actor.Actor, contractID string) error {
	if err := who.Need(actor.Contracting); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		c, err := byPublicID(ctx, tx.Queries, contractID)
		if err != nil {
			return err
		}
		n, err := tx.HideContract(ctx, gen.HideContractParams{Now: tx.Stamp(), ID: c.ID})
		if err != nil || n == 0 {
			return err
		}
		tx.AfterCommit(func() { s.Changed(topic) })
		return audit.Write(ctx, tx, who, audit.Record{Action: "contract.hidden", ObjectKind: "contract", ObjectID: c.ID})
	})
}

// ShowTo shows a contract because a round asks people outside about it; nobody is mailed here. Part
// of the transaction that begins the round.
func ShowTo(ctx context.Context, tx *db.Tx, who actor.Actor, contractID int64) error {
	n, err := tx.ShowContract(ctx, gen.ShowContractParams{Now: tx.Stamp(), ID: contractID})
	if err != nil || n == 0 {
		return err
	}
	return audit.Write(ctx, tx, who, audit.Record{Action: "contract.shown", ObjectKind: "contract", ObjectID: contractID})
}
