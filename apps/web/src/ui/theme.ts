// Values and contrast figures: the design direction. Components use the semantic names (--r-…), never a raw shade.
import {
  createTheme, rem, Button, Input, InputWrapper, Table, Tabs, Badge, Modal, Popover, Tooltip, Menu, SegmentedControl,
  type CSSVariablesResolver, type MantineColorsTuple,
} from "@mantine/core";

const petrole: MantineColorsTuple = ["#e0eef0", "#cde3e7", "#b9d9de", "#7fcdd9", "#3f97a6", "#0f7284", "#0b5563", "#0d3f4a", "#083f4a", "#082c34"];
const mimosa: MantineColorsTuple = ["#fffae0", "#fff2b3", "#ffeb8f", "#ffe173", "#f6d544", "#f2d254", "#b88300", "#8a6200", "#5c4200", "#453c13"];
const garance: MantineColorsTuple = ["#fce7e9", "#f8cdd2", "#f1a3ac", "#ff98a2", "#d9455a", "#c42e44", "#ad1f33", "#8c1728", "#6b111e", "#431a22"];
const vif: MantineColorsTuple = ["#dff2e6", "#bfe5cd", "#97d6b0", "#6fd59c", "#3aa56c", "#218a52", "#17713f", "#115a32", "#0c4325", "#12342a"];
const ocre: MantineColorsTuple = ["#fdebd9", "#f9d5b3", "#f3b072", "#e28d3f", "#c76d1c", "#af580f", "#984708", "#793806", "#5a2a05", "#3d2612"];
const gray: MantineColorsTuple = ["#f2f5f4", "#e9eeec", "#dbe2df", "#c3cecb", "#a3b1ae", "#7d8d8b", "#5a6d70", "#41565a", "#26393d", "#12262b"];
const dark: MantineColorsTuple = ["#e9f0ef", "#b7c6c6", "#93a6a8", "#6f8589", "#344a4f", "#25363a", "#1a292d", "#131f22", "#0f191c", "#0c1517"];

export const theme = createTheme({
  colors: { petrole, mimosa, garance, vif, ocre, gray, dark },
  primaryColor: "petrole",
  primaryShade: { light: 7, dark: 3 },
  autoContrast: true,
  white: "#ffffff",
  black: "#12262b",
  fontFamily: '"Instrument Sans Variable", Figtree, system-ui, sans-serif',
  fontFamilyMonospace: 'ui-monospace, "IBM Plex Mono", monospace',
  headings: {
    fontFamily: '"Bricolage Grotesque Variable", "Instrument Sans Variable", system-ui, sans-serif',
    fontWeight: "600",
    sizes: {
      h1: { fontSize: rem(24), lineHeight: rem(30) },
      h2: { fontSize: rem(17), lineHeight: rem(24) },
      h3: { fontSize: rem(14), lineHeight: rem(20) },
    },
  },
  fontSizes: { xs: rem(12), sm: rem(13), md: rem(14), lg: rem(16), xl: rem(19) },
  lineHeights: { xs: "1.34", sm: "1.38", md: "1.43", lg: "1.5", xl: "1.5" },
  spacing: { xs: rem(4), sm: rem(8), md: rem(12), lg: rem(16), xl: rem(24) },
  radius: { xs: rem(4), sm: rem(6), md: rem(8), lg: rem(10), xl: rem(14) },
  defaultRadius: "sm",
  shadows: {
    xs: "0 1px 0 rgba(18,38,43,.04)",
    md: "0 2px 4px rgba(18,38,43,.06), 0 8px 24px rgba(18,38,43,.10)",
  },
  respectReducedMotion: true,
  cursorType: "pointer",
  focusRing: "auto",
  components: {
    Button: Button.extend({
      defaultProps: { size: "sm" },
      // primary = ink by day, lamp by night: bind it to the semantic variables, not to a shade
      vars: (_theme, props) => ({
        root: {
          "--button-height": rem(34), "--button-fz": rem(14), "--button-padding-x": rem(12),
          ...(!props.color && (!props.variant || props.variant === "filled")
            ? { "--button-bg": "var(--r-action)", "--button-hover": "var(--r-action-h)", "--button-color": "var(--r-action-t)" } : {}),
        },
      }),
    }),
    Input: Input.extend({ vars: () => ({ wrapper: { "--input-height": rem(34), "--input-fz": rem(14), "--input-bd": "var(--r-trait)" } }) }),
    InputWrapper: InputWrapper.extend({ defaultProps: { inputWrapperOrder: ["label", "input", "description", "error"] } }),
    Table: Table.extend({ defaultProps: { verticalSpacing: 8, horizontalSpacing: 10, highlightOnHover: true } }),
    Tabs: Tabs.extend({ defaultProps: { color: "dark" } }),
    Badge: Badge.extend({ defaultProps: { variant: "light", tt: "none", fw: 500, size: "lg", radius: "xl" } }),
    Popover: Popover.extend({ defaultProps: { shadow: "md", radius: "lg", withArrow: false, transitionProps: { duration: 120 } } }),
    Menu: Menu.extend({ defaultProps: { shadow: "md", radius: "lg", transitionProps: { duration: 120 } } }),
    Modal: Modal.extend({ defaultProps: { radius: "lg", centered: true, transitionProps: { duration: 160, transition: "fade" } } }),
    Tooltip: Tooltip.extend({ defaultProps: { openDelay: 350, radius: "sm" } }),
    SegmentedControl: SegmentedControl.extend({ defaultProps: { size: "sm", radius: "sm" } }),
  },
});

export const cssVariablesResolver: CSSVariablesResolver = () => ({
  variables: { "--r-rail": rem(212), "--r-marge": rem(336), "--r-head": rem(60) },
  light: {
    "--mantine-color-body": "#ffffff",
    "--mantine-color-text": "#12262b",
    "--mantine-color-dimmed": "#41565a",
    "--mantine-color-default-border": "#c3cecb",
    "--r-brume": "#f2f5f4", "--r-feuille": "#ffffff", "--r-leve": "#ffffff", "--r-voile": "#e9eeec",
    "--r-filet": "#dbe2df", "--r-filet2": "#c3cecb", "--r-trait": "#7d8d8b",
    "--r-encre": "#12262b", "--r-encre2": "#41565a", "--r-encre3": "#5a6d70",
    "--r-petrole": "#0b5563", "--r-petrole-h": "#083f4a", "--r-petrole-v": "#e0eef0", "--r-petrole-f": "#b9d9de",
    "--r-action": "#0d3f4a", "--r-action-h": "#082c34", "--r-action-t": "#ffffff",
    "--r-mimosa": "#f6d544", "--r-mimosa-v": "#fff2b3", "--r-mimosa-t": "#12262b",
    "--r-vif": "#17713f", "--r-vif-v": "#dff2e6", "--r-pause": "#41565a", "--r-pause-v": "#e4eae8",
    "--r-ocre": "#984708", "--r-ocre-v": "#fdebd9", "--r-garance": "#ad1f33", "--r-garance-v": "#fce7e9",
    "--r-d1": "#0f7284", "--r-d2": "#b88300", "--r-d3": "#cf5a3f", "--r-d4": "#5b8a3c", "--r-d5": "#8a5a86", "--r-d6": "#7b8c94",
  },
  dark: {
    "--mantine-color-body": "#131f22",
    "--mantine-color-text": "#e9f0ef",
    "--mantine-color-dimmed": "#b7c6c6",
    "--mantine-color-default-border": "#344a4f",
    // the one inversion: by night the primary button is the lamp
    "--mantine-primary-color-filled": "#f2d254", "--mantine-primary-color-filled-hover": "#ffe173", "--mantine-primary-color-contrast": "#1b1a08",
    "--r-brume": "#0c1517", "--r-feuille": "#131f22", "--r-leve": "#1a292d", "--r-voile": "#1b2a2e",
    "--r-filet": "#25363a", "--r-filet2": "#344a4f", "--r-trait": "#6f8589",
    "--r-encre": "#e9f0ef", "--r-encre2": "#b7c6c6", "--r-encre3": "#93a6a8",
    "--r-petrole": "#7fcdd9", "--r-petrole-h": "#a4dfe8", "--r-petrole-v": "#12343c", "--r-petrole-f": "#1f5863",
    "--r-action": "#f2d254", "--r-action-h": "#ffe173", "--r-action-t": "#1b1a08",
    "--r-mimosa": "#f2d254", "--r-mimosa-v": "#453c13", "--r-mimosa-t": "#ffeeb0",
    "--r-vif": "#6fd59c", "--r-vif-v": "#12342a", "--r-pause": "#b7c6c6", "--r-pause-v": "#22333a",
    "--r-ocre": "#f3b072", "--r-ocre-v": "#3d2612", "--r-garance": "#ff98a2", "--r-garance-v": "#431a22",
    "--r-d1": "#58b9c8", "--r-d2": "#e9c04a", "--r-d3": "#ec8a70", "--r-d4": "#93bf6d", "--r-d5": "#c497bf", "--r-d6": "#7f9399",
  },
});
