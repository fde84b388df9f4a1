import { ActionIcon, Button, Checkbox, createTheme, Drawer, Input, InputWrapper, Menu, Modal, Popover, Radio, Tooltip, type MantineColorsTuple } from '@mantine/core';

// The colours themselves are CSS variables (mantine.css); Mantine only wants tuples to know the names.
const tuple = (name: string) => Array.from({ length: 10 }, (_, i) => `var(--mantine-color-${name}-${i})`) as unknown as MantineColorsTuple;
const accent = ['#eef6f6', '#d9eaeb', '#b3d4d7', '#88bbc0', '#5ca0a7', '#3b8791', '#1f7a77', '#17626d', '#0f5c5a', '#0a4543'] as unknown as MantineColorsTuple;

export const theme = createTheme({
  primaryColor: 'accent',
  primaryShade: { light: 8, dark: 6 },
  colors: { accent, danger: tuple('red') },
  defaultRadius: 'sm',
  cursorType: 'pointer',
  respectReducedMotion: true,
  fontFamily: 'var(--font)',
  components: {
    Button: Button.extend({ defaultProps: { size: 'sm' } }),
    ActionIcon: ActionIcon.extend({ defaultProps: { variant: 'subtle', color: 'gray', size: 32 } }),
    InputWrapper: InputWrapper.extend({ defaultProps: { size: 'sm', inputWrapperOrder: ['label', 'input', 'error', 'description'] } }),
    Input: Input.extend({ defaultProps: { size: 'sm' } }),
    Checkbox: Checkbox.extend({ defaultProps: { size: 'xs', radius: 4 } }),
    Radio: Radio.extend({ defaultProps: { size: 'xs' } }),
    // Without Mantine's placeholder the first item has the focus, and a menu holds nothing but items (WAI-ARIA).
    Menu: Menu.extend({ defaultProps: { withInitialFocusPlaceholder: false, transitionProps: { duration: 80 }, position: 'bottom-end', shadow: 'md', withinPortal: true } }),
    Popover: Popover.extend({ defaultProps: { transitionProps: { duration: 80 }, shadow: 'md' } }),
    Tooltip: Tooltip.extend({ defaultProps: { openDelay: 350, transitionProps: { duration: 80 }, events: { hover: true, focus: true, touch: false } } }),
    // lockScroll injects a <style>, which the content security policy refuses.
    Modal: Modal.extend({ defaultProps: { lockScroll: false, transitionProps: { duration: 120 }, centered: true, attributes: { header: { role: 'presentation' } } } }),
    Drawer: Drawer.extend({ defaultProps: { lockScroll: false, transitionProps: { duration: 120 }, attributes: { header: { role: 'presentation' } } } }),
  },
});
