package app

import (
	"context"
	"os"
	"runtime/debug"

	"comptoir/core/actor"
	"comptoir/db"
	"comptoir/edge/paper"
	"comptoir/office/contracts"
	"comptoir/office/schedule"
	"comptoir/office/signing"
)

// wireContracts wires the rooms of contracts: they stand on all that makes documents.
func (h *House) wireContracts(o HouseOptions, printer *paper.Printer) {
	h.Contracts = contracts.New(contracts.Deps{DB: h.DB, IDs: o.IDs, Attachments: h.Attachments, Changed: o.Changed, IssueLink: h.Access.IssueContractLink,
		OnFileChange: func(ctx context.Context, tx *db.Tx, who actor.Actor, contractID, fileID int64) error {
			return h.Signing.FileChanged(ctx, tx, who, contractID, fileID)
		},
		OnDecided: func(ctx context.Context, tx *db.Tx, who actor.Actor, contractID int64) error {
			return h.Signing.CancelRounds(ctx, tx, who, contractID)
		}})
	h.Signing = signing.New(signing.Deps{DB: h.DB, IDs: o.IDs, Files: h.Files, Access: h.Access, Sealer: h.sealer(printer, o.Clock), Key: h.Keys.Subkey("signing"), IssueLink: h.Access.IssueContractLink,
		Version: programVersion(), Device: machineName, Changed: o.Changed})
	h.Access.OnScanned(h.Signing.Scanned)
	h.Customers.Sharing(h.Contracts)
	h.Schedule = schedule.New(schedule.Deps{DB: h.DB, Sales: h.Sales, Recurring: h.Recurring, Changed: o.Changed,
		Seen: h.Contracts.SeenID})
	h.Contracts.Billed(h.Schedule)
}

// machineName is what this machine is called: it stands beside what is signed on its screen.
func machineName() string {
	name, err := os.Hostname()
	if err != nil {
		return ""
	}
	return name
}

// programVersion names the program in the evidence of a signature.
func programVersion() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "comptoir"
	}
	return "comptoir " + info.Main.Version
}

// leaveForGood shuts out a contact whose data are erased, and takes it off the contracts that name it.
func (h *House) leaveForGood(ctx context.Context, tx *db.Tx, contactID int64) error {
	if err := h.Contracts.TakeOff(ctx, tx, actor.Machine(), contactID, true); err != nil {
		return err
	}
	return h.Access.CloseContact(ctx, tx, contactID)
}
