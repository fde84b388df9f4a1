package app

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"sync"
)

// RecentCompany is a company that was opened on this machine.
type RecentCompany struct {
	Name   string `json:"name"`
	Folder string `json:"folder"`
	Demo   bool   `json:"demo"`
}

// recentFile remembers the companies of this machine, the last one first. It is a
// convenience: one that cannot be read or written is as good as empty.
type recentFile struct {
	path string
	mu   sync.Mutex
}

const recentKept = 10

func (f *recentFile) list() []RecentCompany {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.read()
}

func (f *recentFile) read() []RecentCompany {
	list := []RecentCompany{}
	b, err := os.ReadFile(f.path)
	if err != nil || json.Unmarshal(b, &list) != nil {
		return []RecentCompany{}
	}
	return list
}

// knows tells whether a company was open in the folder before.
func (f *recentFile) knows(folder string) bool {
	if abs, err := filepath.Abs(folder); err == nil {
		folder = abs
	}
	return slices.ContainsFunc(f.list(), func(c RecentCompany) bool { return c.Folder == folder })
}

func (f *recentFile) remember(c RecentCompany) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if abs, err := filepath.Abs(c.Folder); err == nil {
		c.Folder = abs
	}
	list := slices.DeleteFunc(f.read(), func(o RecentCompany) bool { return o.Folder == c.Folder })
	list = append([]RecentCompany{c}, list...)
	b, err := json.MarshalIndent(list[:min(len(list), recentKept)], "", " ")
	if err != nil || os.MkdirAll(filepath.Dir(f.path), 0o700) != nil {
		return
	}
	tmp := f.path + ".new"
	if os.WriteFile(tmp, b, 0o600) == nil {
		_ = os.Rename(tmp, f.path) // as good as empty, see above
	}
}
