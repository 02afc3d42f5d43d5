"""Municipal adult education (komvux): who has a right, who is eligible, who pays, and who comes first.

SL chapter 20 and VF (2011:1108). Nothing here but rules: no database, no clock.
"""
