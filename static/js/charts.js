/* 薪报: draws <div data-chart="url">. The server answers with an ECharts option as JSON; colours, fonts and the
   tooltip come from here. `unit` beside the option names the unit; a data item with `url` opens what is behind it. */
"use strict";

(() => {
  const FONT = getComputedStyle(document.body).fontFamily;
  const INK = "#26221f";
  const QUIET = "#6f675f";
  const LINE = "#e2ddd6";
  const COLOURS = ["#a8201a", "#1d5a96", "#c98a1b", "#1c6b3c", "#5f459c", "#8a8178", "#d0705f", "#5f9bd1"];

  const axis = {
    axisLine: { lineStyle: { color: LINE } }, axisTick: { show: false }, splitLine: { lineStyle: { color: LINE } },
    axisLabel: { color: QUIET, fontSize: 12 }, nameTextStyle: { color: QUIET },
  };
  const theme = {
    color: COLOURS, textStyle: { fontFamily: FONT, color: INK }, categoryAxis: { ...axis, splitLine: { show: false } },
    valueAxis: axis, timeAxis: axis, legend: { textStyle: { color: INK } },
  };

  const plain = (value) => (Array.isArray(value) ? value[value.length - 1] : value);
  const figure = (value) => Number(plain(value) ?? 0).toLocaleString("zh-CN", { maximumFractionDigits: 4 });

  function complete(option, narrow) {
    const { unit = "", ...rest } = option;
    return {
      animationDuration: 300, aria: { enabled: true },
      grid: { left: 12, right: 20, top: 56, bottom: 12, containLabel: true },
      ...rest,
      legend: rest.legend && { top: 4, left: 0, type: narrow ? "scroll" : "plain", itemWidth: 14, itemHeight: 10, ...rest.legend },
      // HTML tooltips carry style attributes, which the content policy refuses; rich text is drawn on the canvas.
      tooltip: {
        trigger: "axis", confine: true, axisPointer: { type: "shadow" }, textStyle: { color: INK, fontSize: 13 },
        valueFormatter: (value) => `${figure(value)} ${unit}`, ...rest.tooltip, renderMode: "richText",
      },
    };
  }

  function say(place, text) {
    place.replaceChildren(Object.assign(document.createElement("p"), { className: "chart-wait", textContent: text }));
  }

  /* What is shown as a PNG, on white paper. */
  function offerPicture(place, chart, label) {
    const save = Object.assign(document.createElement("button"), { type: "button", className: "btn btn-sm", textContent: "保存为图片" });
    save.setAttribute("aria-label", `保存为图片：${label}`);
    save.addEventListener("click", () => {
      const url = chart.getDataURL({ type: "png", pixelRatio: 2, backgroundColor: "#fff" });
      const name = (label || "图表").split("，")[0];
      Object.assign(document.createElement("a"), { href: url, download: `${name}.png` }).click();
    });
    const tools = Object.assign(document.createElement("div"), { className: "chart-tools" });
    tools.append(save);
    place.after(tools);
  }

  const isEmpty = (option) => (option.series ?? []).every((series) => !(series.data ?? []).length) && !option.dataset;

  async function draw(place) {
    let option;
    try {
      const answer = await fetch(place.dataset.chart, { headers: { Accept: "application/json" }, credentials: "same-origin" });
      if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
      option = await answer.json();
    } catch {
      say(place, "图表没有读出来，请刷新页面重试。");
      return;
    }
    if (isEmpty(option)) {
      say(place, "所选范围内没有数据。");
      return;
    }
    place.replaceChildren();
    const chart = echarts.init(place, theme, { locale: "ZH" });
    const label = place.getAttribute("aria-label");
    chart.setOption(complete(option, place.clientWidth < 480));
    place.setAttribute("aria-label", label);
    offerPicture(place, chart, label);
    chart.on("click", (event) => event.data?.url && location.assign(event.data.url));
    new ResizeObserver(() => chart.resize()).observe(place);
  }

  const seen = new IntersectionObserver((entries) => {
    for (const entry of entries) {
      if (!entry.isIntersecting) continue;
      seen.unobserve(entry.target);
      draw(entry.target);
    }
  }, { rootMargin: "200px" });

  const start = (root) => { for (const place of root.querySelectorAll("[data-chart]")) seen.observe(place); };
  start(document);
  document.addEventListener("htmx:afterSettle", (event) => start(event.target));
})();
