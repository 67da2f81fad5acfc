from django.urls import URLPattern, path

from reporting.boards.views import boards, comparison
from reporting.boards.views import map as board_map

urlpatterns: list[URLPattern] = [
    path("boards/", boards.board, name="board"),
    path("boards/board.xlsx", boards.board_sheet, name="board-sheet"),
    path("boards/rows/<slug:name>/", boards.board_rows, name="board-rows"),
    path("boards/rows/<slug:name>.xlsx", boards.board_rows_sheet, name="board-rows-sheet"),
    path("boards/comparison/", comparison.comparison, name="comparison"),
    path("boards/comparison.xlsx", comparison.comparison_sheet, name="comparison-sheet"),
    path("boards/comparison/<slug:name>/", comparison.comparison_rows, name="comparison-rows"),
    path("boards/map/", board_map.board_map, name="board-map"),
    path("boards/desk/", board_map.board_desk, name="board-desk"),
]
