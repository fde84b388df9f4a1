package app

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"comptoir/app/demo"
	"comptoir/core/fault"
	"comptoir/core/locale"
)

// DemoOptions say which demo company is made, and where.
type DemoOptions struct {
	Folder string
	Reset  bool // put away the one that is there
	Now    time.Time
	Log    *slog.Logger
	demo.Options
}

// MakeDemo makes the demo company through the use cases, as a person's work would. It is
// made beside and moved into place when it is whole: a crash or a full disk leaves what was.
func MakeDemo(ctx context.Context, o DemoOptions) (sum demo.Summary, err error) {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Seed == 0 {
		o.Seed = 1
	}
	if err := clearWay(ctx, o); err != nil {
		return demo.Summary{}, err
	}
	draft := o.Folder + ".new"
	if err := os.RemoveAll(draft); err != nil {
		return demo.Summary{}, unreadable(err)
	}
	if sum, err = fillDemo(ctx, draft, o); err != nil {
		return demo.Summary{}, errors.Join(err, os.RemoveAll(draft))
	}
	if err := os.RemoveAll(o.Folder); err != nil {
		return demo.Summary{}, unreadable(err)
	}
	if err := os.Rename(draft, o.Folder); err != nil {
		return demo.Summary{}, unreadable(err)
	}
	return sum, nil
}

// clearWay refuses to write over a company: one that is there goes only by Reset, and only
// when it is a demo that nobody has open.
func clearWay(ctx context.Context, o DemoOptions) error {
	if err := os.MkdirAll(filepath.Dir(o.Folder), 0o700); err != nil {
		return unreadable(err)
	}
	if _, err := os.Stat(filepath.Join(o.Folder, fileDB)); errors.Is(err, os.ErrNotExist) {
		if entries, err := os.ReadDir(o.Folder); err == nil && len(entries) > 0 {
			return fault.New(fault.Conflict, "fault.folder_not_empty", "folder", o.Folder)
		}
		return nil
	}
	if !o.Reset {
		return fault.New(fault.Conflict, "fault.demo_exists", "folder", o.Folder)
	}
	h, err := OpenHouse(ctx, HouseOptions{Folder: o.Folder, Log: o.Log})
	if err != nil {
		return err
	}
	isDemo := h.isDemo(ctx)
	if err := h.Close(ctx); err != nil {
		return err
	}
	if !isDemo {
		return fault.New(fault.Conflict, "fault.not_a_demo", "folder", o.Folder)
	}
	return nil
}

// makeDemo makes the practice company where there is none, for the window.
func (a *App) makeDemo(ctx context.Context, _ locale.Lang) error {
	_, err := MakeDemo(ctx, DemoOptions{Folder: a.DemoFolder(), Now: a.cfg.Clock(), Log: a.log, Options: a.cfg.Demo})
	if f, ok := fault.As(err); ok && f.Key == "fault.demo_exists" {
		return nil
	}
	return err
}
