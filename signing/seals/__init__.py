"""企业签章 by 电子营业执照 (R139): prepare → 签名原文 → value → merge → verify. Who may press the seal is the licence system's business."""
