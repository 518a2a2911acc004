import type { Metadata, Viewport } from "next";
import type { ReactNode } from "react";
import { Header } from "@/components/shell/header";
import { Keys } from "@/components/shell/keys";
import { LabelsScript } from "@/components/shell/labels-script";
import { ThemeScript } from "@/components/shell/theme-script";
import "./globals.css";

export const metadata: Metadata = {
  title: { default: "Fovea", template: "%s · Fovea" },
  description: "A neuron explorer for vision-language models: see what single features mean.",
  icons: { icon: "/icon.svg" },
};

export const viewport: Viewport = {
  width: "device-width",
  initialScale: 1,
  themeColor: [
    { media: "(prefers-color-scheme: light)", color: "#fafafa" },
    { media: "(prefers-color-scheme: dark)", color: "#0f1114" },
  ],
};

export default function RootLayout({ children }: { children: ReactNode }) {
  return (
    // The theme script sets the class before the first paint, which the server cannot know.
    <html lang="en" suppressHydrationWarning>
      <body className="min-h-dvh antialiased">
        <ThemeScript />
        <LabelsScript />
        <a
          href="#main"
          className="sr-only focus:not-sr-only focus:absolute focus:z-50 focus:m-2 focus:rounded-lg focus:bg-panel focus:px-3 focus:py-2"
        >
          Skip to content
        </a>
        <Header />
        <main id="main" className="mx-auto max-w-[90rem] px-4 pt-5 pb-24 sm:px-6">
          {children}
        </main>
        <Keys />
      </body>
    </html>
  );
}
