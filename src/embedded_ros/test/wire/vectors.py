"""Golden values of rmw_zenoh_cpp 0.2.10: tokens with their GIDs, QoS texts, one attachment."""

STRING_HASH = "RIHS01_df668c740482bbd48fb39d76a70dfd4bd59db1288021743503259e948f6b1a18"
ADD_HASH = "RIHS01_e118de6bf5eeb66a2491b5bda11202e7b68f198d6f67922cf30364858239c81a"
IMAGE_HASH = "RIHS01_d31d41a9a4c4bc8eae9be757b0beed306564f7526c88ea6a4588fb9582527d47"

TOKENS = {
    "@ros2_lv/0/8b20917502ee955ac4476e0266340d5c/0/0/NN/%/%/talker": "82f480988f49d464f0f2c507f2f1a8c6",
    "@ros2_lv/0/8b20917502ee955ac4476e0266340d5c/0/10/MP/%/%/talker/%chatter/std_msgs::msg::dds_::String_/"
    f"{STRING_HASH}/::,10:,:,:,,": "9d5a86bb111be850ef30a9ac58e8dd1f",
    "@ros2_lv/2/f9980ee0495eaafb3e38f0d19e2eae12/0/10/SS/%/%/add_two_ints_server/%add_two_ints/"
    f"example_interfaces::srv::dds_::AddTwoInts_/{ADD_HASH}/::,10:,:,:,,": "3564867a081a38dfcd3fab2d23924234",
    "@ros2_lv/7/8b20917502ee955ac4476e0266340d5c/3/4/MS/%secure%robot1/%robot1%arm/cam_view/%robot1%arm%image/"
    f"sensor_msgs::msg::dds_::Image_/{IMAGE_HASH}/2::,5:,:,:,,": "4f89d5b0cba4bfbebb4e304fca059142",
}
PUBLISHER_TOKEN = list(TOKENS)[1]

ATTACHMENT = "010000000000000015cd853dfe9c9717109d5a86bb111be850ef30a9ac58e8dd1f"
ATTACHMENT_TIME_NS = 1_700_000_000_123_456_789
