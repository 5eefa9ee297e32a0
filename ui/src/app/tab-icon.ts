const side = 32;

/** The icon in the browser's tab. */
export type TabIcon = {
  /** Draws a ring for a share from 0 to 1, or the plain icon. */
  draw(share: number | undefined): void;
};

export function createTabIcon(): TabIcon {
  const link = document.querySelector<HTMLLinkElement>("link[rel=icon]")!;
  const plain = link.href;
  let drawn: number | undefined;
  return {
    draw(share) {
      // At this size nobody sees less than a tenth, and each icon costs the browser as much as a picture of the run.
      const now = share === undefined ? undefined : Math.round(share * 10) / 10;
      if (now === drawn) return;
      drawn = now;
      link.href = now === undefined ? plain : ring(now);
    },
  };
}

function ring(share: number): string {
  const canvas = document.createElement("canvas");
  canvas.width = side;
  canvas.height = side;
  const pen = canvas.getContext("2d")!;
  pen.lineWidth = 6;
  for (const [colour, to] of [
    ["#8888", 1],
    ["#6b7cff", share],
  ] as const) {
    pen.strokeStyle = colour;
    pen.beginPath();
    pen.arc(side / 2, side / 2, 12, -Math.PI / 2, -Math.PI / 2 + 2 * Math.PI * to);
    pen.stroke();
  }
  return canvas.toDataURL();
}
