"""Before arrears arise (YK-1.1 … YK-1.3, SD-2.1a, QP-2.2): signals about employers come in (`entering`, `sheet`, `comparing`),
are verified on the spot (`checking`) and answered (`steps`). The grade they add up to is a projection that reporting keeps.
"""
