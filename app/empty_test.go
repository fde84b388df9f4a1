package app_test

import (
	"os"
	"testing"
)

// empty fails unless nothing is in the folder.
func empty(t *testing.T, folder string) {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		t.Errorf("%s appeared in %s", e.Name(), folder)
	}
}
