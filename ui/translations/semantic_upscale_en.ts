<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
    <context>
        <name>BatchDialog</name>
        <message numerus="yes">
            <source>%n pictures</source>
            <translation>
                <numerusform>%n picture</numerusform>
                <numerusform>%n pictures</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>NeedLine</name>
        <message numerus="yes">
            <source>will be done in about %n tiles</source>
            <translation>
                <numerusform>will be done in about %n tile</numerusform>
                <numerusform>will be done in about %n tiles</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>RegionsDock</name>
        <message numerus="yes">
            <source>%n masks exported.</source>
            <translation>
                <numerusform>%n mask exported.</numerusform>
                <numerusform>%n masks exported.</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>Suggestions</name>
        <message numerus="yes">
            <source>%n objects outlined. Click one in the picture to adopt it.</source>
            <translation>
                <numerusform>%n object outlined. Click it in the picture to adopt it.</numerusform>
                <numerusform>%n objects outlined. Click one in the picture to adopt it.</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>WindowActions</name>
        <message numerus="yes">
            <source>%n pictures were being enlarged. Each is saved beside its source when it is done.</source>
            <translation>
                <numerusform>%n picture was being enlarged. It is saved beside its source when it is done.</numerusform>
                <numerusform>%n pictures were being enlarged. Each is saved beside its source when it is done.</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>words</name>
        <message numerus="yes">
            <source>%n regions</source>
            <translation>
                <numerusform>%n region</numerusform>
                <numerusform>%n regions</numerusform>
            </translation>
        </message>
    </context>
</TS>
