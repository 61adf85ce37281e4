"""Uses the dashboard in a headless Chromium, as a person would: dashboard.py URL TOKEN FOLDER

Pictures of what was seen are left in FOLDER. The first thing that is not as it should be ends it.
"""

import pathlib
import sys
import urllib.request

from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

# A bound for a machine that is busy with other things, no expectation.
PATIENCE = 120


def started():
    options = webdriver.ChromeOptions()
    for argument in ["--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--window-size=1100,1400"]:
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    return webdriver.Chrome(options=options, service=webdriver.ChromeService("/usr/bin/chromedriver"))


class Dashboard:
    def __init__(self, browser, url, token, folder):
        self.browser, self.url, self.token, self.folder = browser, url, token, pathlib.Path(folder)

    def one(self, selector):
        return self.browser.find_element(By.CSS_SELECTOR, selector)

    def all(self, selector):
        return self.browser.find_elements(By.CSS_SELECTOR, selector)

    def until(self, what, condition):
        WebDriverWait(self.browser, PATIENCE, ignored_exceptions=[Exception]).until(
            lambda _: condition(), f"never: {what}; the page says: {self.one('body').text[:1500]}")

    def picture(self, name):
        self.browser.save_screenshot(str(self.folder / f"{name}.png"))

    def cells(self):
        """The table as the page shows it: the texts of each row by its first one."""
        rows = [[cell.text for cell in row.find_elements(By.TAG_NAME, "td")] for row in self.all("#cells tr")]
        return {row[0]: row[1:] for row in rows}

    def ask(self, question):
        field = self.one("#query")
        field.clear()
        field.send_keys(question)
        self.one("#search button").click()

    def administer(self, path):
        request = urllib.request.Request(self.url + path, method="POST", headers={"Authorization": f"Bearer {self.token}"})
        urllib.request.urlopen(request).read()

    def swap(self, token):
        field = self.one("#token")
        field.clear()
        field.send_keys(token)
        self.one("#admin button").click()

    def check_cold(self):
        self.browser.get(self.url + "/")
        self.until("live", lambda: self.one("#state").text == "live")
        cells = self.cells()
        assert {"vllm", "hybrid"} <= set(cells), cells
        assert cells["hybrid"][0] == "empty", cells
        self.picture("1-cold")

    def check_search(self):
        self.ask("water plants")
        self.until("hits", lambda: self.all("#hits > li"))
        assert "from generation 1" in self.one("#summary").text, self.one("#summary").text
        assert "Sources/Garden.swift:" in self.one("#hits").text
        assert {mark.text.lower() for mark in self.all("#hits mark")} >= {"water", "plants"}
        first = self.all("#hits > li")[0]
        bars = first.find_elements(By.CSS_SELECTOR, ".bars svg")
        assert [bar.get_attribute("class") for bar in bars] == ["faiss", "bm25"], [bar.get_attribute("class") for bar in bars]
        assert any(float(rect.get_attribute("width")) > 0 for rect in first.find_elements(By.TAG_NAME, "rect"))
        assert self.browser.current_url.endswith("/?q=water%20plants"), self.browser.current_url
        # The table follows by itself.
        self.until("hybrid is ready", lambda: self.cells()["hybrid"][0] == "ready")
        assert self.cells()["hybrid"][2] == "1", self.cells()
        self.picture("2-search")

    def check_shared_address(self):
        self.browser.get(self.url + "/?q=boil")
        self.until("hits of the question in the address", lambda: "Kitchen.swift" in self.one("#hits").text)

    def check_text_stays_text(self):
        self.ask("hostile")
        self.until("the hostile file", lambda: "<img src=x onerror=" in self.one("#hits").text)
        assert not self.all("#hits img") and not self.all("#hits script"), "text became markup"
        self.picture("3-hostile")

    def check_problem(self):
        self.ask("   ")
        self.until("the problem", lambda: self.one("#problem").is_displayed())
        assert "query" in self.one("#problem").text, self.one("#problem").text
        assert not self.all("#hits > li")
        self.picture("4-problem")

    def check_live_table(self):
        self.administer("/admin/cells/hybrid/close")
        self.until("hybrid is empty", lambda: self.cells()["hybrid"][0] == "empty")
        self.administer("/admin/cells/hybrid/prewarm")
        self.until("hybrid is ready again", lambda: self.cells()["hybrid"][0] == "ready")

    def check_swap(self):
        self.swap("not-the-token-at-all")
        self.until("refusal", lambda: self.one("#swap-result").text.startswith("Not authorized"))
        self.swap(self.token)
        self.until("swap", lambda: "→ 1 in " in self.one("#swap-result").text)
        self.until("the swap in the table", lambda: self.cells()["hybrid"][2] == "3")
        self.picture("5-swap")

    def check_narrow_and_dark(self):
        self.browser.execute_cdp_cmd("Emulation.setEmulatedMedia",
                                     {"features": [{"name": "prefers-color-scheme", "value": "dark"}]})
        self.browser.set_window_size(420, 1400)
        self.ask("water plants")
        self.until("hits", lambda: self.all("#hits > li"))
        width = self.browser.execute_script("return [document.documentElement.scrollWidth, window.innerWidth]")
        assert width[0] <= width[1], f"the page is {width[0]} wide in a window of {width[1]}"
        self.picture("6-narrow-dark")

    def check_console(self):
        # The refused swap and the refused question are told there by the browser itself.
        told = [entry["message"] for entry in self.browser.get_log("browser") if entry["level"] in ("SEVERE", "WARNING")]
        other = [message for message in told if "401" not in message and "422" not in message]
        assert not other, other


def main(url, token, folder):
    with started() as browser:
        page = Dashboard(browser, url, token, folder)
        for name in ["cold", "search", "shared_address", "text_stays_text", "problem", "live_table", "swap", "narrow_and_dark",
                     "console"]:
            getattr(page, f"check_{name}")()
            print(f"{name}: as it should be")


main(*sys.argv[1:])
